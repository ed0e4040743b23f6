package sextant.journeys.delivery;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Posts deliveries. Goes exactly where the channel says: a redirect is not followed.
final class Webhook implements AutoCloseable {

  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final HttpClient client;

  Webhook(Executor threads) {
    client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .executor(threads)
            .build();
  }

  /// Takes no longer than the timeout of the channel, whatever the receiver does.
  Answer post(PendingDelivery delivery, ChannelSettings channel) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(channel.url().orElseThrow()))
            .timeout(channel.timeout())
            .header("Content-Type", "application/json")
            .header("User-Agent", "sextant")
            .header("Idempotency-Key", delivery.id().toString())
            .POST(HttpRequest.BodyPublishers.ofString(delivery.body()));
    channel
        .secret()
        .ifPresent(
            secret -> request.header("X-Sextant-Signature", Signature.of(delivery.body(), secret)));
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
    try {
      // The timeout of the request ends with the headers; a body may drip on for ever.
      return answer(answer.get(channel.timeout().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException late) {
      answer.cancel(true);
      return noAnswer(channel);
    } catch (ExecutionException failed) {
      return switch (failed.getCause()) {
        case ConnectException _ -> new Answer.Failed("no connection", Duration.ZERO);
        case HttpTimeoutException _ -> noAnswer(channel);
        case IOException broken ->
            new Answer.Failed("connection broken: " + broken.getMessage(), Duration.ZERO);
        case Throwable other -> new Answer.Failed(other.toString(), Duration.ZERO);
      };
    }
  }

  private static Answer noAnswer(ChannelSettings channel) {
    return new Answer.Failed(
        "no answer within " + channel.timeout().toMillis() + " ms", Duration.ZERO);
  }

  private static Answer answer(HttpResponse<Void> response) {
    int status = response.statusCode();
    if (status / 100 == 2 || status == 409) {
      return new Answer.Accepted("HTTP " + status);
    }
    if (status / 100 == 4 && status != 408 && status != 429) {
      return new Answer.Refused("HTTP " + status);
    }
    return new Answer.Failed("HTTP " + status, pause(response));
  }

  private static Duration pause(HttpResponse<Void> response) {
    Duration asked =
        response
            .headers()
            .firstValue("Retry-After")
            .filter(value -> value.matches("\\d{1,9}"))
            .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
            .orElse(Duration.ZERO);
    return asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
