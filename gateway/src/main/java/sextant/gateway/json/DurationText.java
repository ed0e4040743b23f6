package sextant.gateway.json;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Spans of time as text: seconds with up to nine fraction digits and an `s`, such as `1.5s`.
final class DurationText {
  private static final long MAX_SECONDS = 315_576_000_000L;
  private static final Pattern TEXT = Pattern.compile("(-?)(\\d{1,12})(?:\\.(\\d{1,9}))?s");

  private DurationText() {}

  /// What a `Duration` message holds.
  record Parts(long seconds, int nanos) {}

  static boolean inRange(long seconds, int nanos) {
    boolean sameSign = seconds == 0 || nanos == 0 || seconds < 0 == nanos < 0;
    return Math.abs(nanos) <= 999_999_999
        && nanos != Integer.MIN_VALUE
        && seconds >= -MAX_SECONDS
        && seconds <= MAX_SECONDS
        && sameSign;
  }

  /// Writes a span that is in range, in quotes, without needless zeros.
  static void write(JsonBuffer out, long seconds, int nanos) {
    out.write('"');
    if (seconds < 0 || nanos < 0) {
      out.write('-');
    }
    out.writeLong(Math.abs(seconds));
    if (nanos != 0) {
      out.write('.');
      String digits = String.format("%09d", Math.abs(nanos));
      out.writeAscii(digits.replaceFirst("0+$", ""));
    }
    out.write('s');
    out.write('"');
  }

  static Optional<Parts> read(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int sign = matcher.group(1).isEmpty() ? 1 : -1;
    long seconds = sign * Long.parseLong(matcher.group(2));
    String fraction = matcher.group(3) == null ? "" : matcher.group(3);
    int nanos = sign * Integer.parseInt(fraction + "0".repeat(9 - fraction.length()));
    return inRange(seconds, nanos) ? Optional.of(new Parts(seconds, nanos)) : Optional.empty();
  }
}
