package sextant.gateway.limit;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// So many requests in such a time: at most all of them at once, then evenly refilled.
///
/// @param requests how many
/// @param per in which time
public record Rate(long requests, Duration per) {

  public static final String FORM = "such as 100/s, 6000/m or 50000/h";

  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,8})/([smh])");

  /// Fails on anything but [#FORM].
  public static Rate parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a rate " + FORM + ": " + text);
    }
    Duration per =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(1);
          case "m" -> Duration.ofMinutes(1);
          default -> Duration.ofHours(1);
        };
    return new Rate(Long.parseLong(matcher.group(1)), per);
  }
}
