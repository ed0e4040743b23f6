package sextant.journeys.delivery;

import java.time.Duration;
import java.util.Optional;

/// How a channel delivers.
///
/// @param isWebhook whether it posts to `url`; else it writes to the log
/// @param secret key of the signature; empty: nothing is signed
public record ChannelSettings(
    boolean isWebhook,
    Optional<String> url,
    Optional<String> secret,
    Duration timeout,
    int maxAttempts) {

  /// Leaves the secret out of logs.
  @Override
  public String toString() {
    return "ChannelSettings[isWebhook=%s, url=%s, timeout=%s, maxAttempts=%d]"
        .formatted(isWebhook, url, timeout, maxAttempts);
  }
}
