package sextant.metrics.threshold;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/// Values of definitions: JSON numbers, booleans and texts, each in the one form in which equal
/// values are equal texts (12.50 is `12.5`).
final class Scalar {

  static final String NUMBER_RULE = "must be a decimal number of at most 40 digits";
  static final int MAX_TEXT = 2_000;

  private static final int MAX_DIGITS = 40;

  /// As JSON writes numbers, within a length that keeps reading one cheap.
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]{0,99})(\\.[0-9]{1,100})?([eE][+-]?[0-9]{1,3})?");

  private static final JsonFactory JSON = new JsonFactory();

  private Scalar() {}

  static Optional<BigDecimal> number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(text).stripTrailingZeros();
    boolean fits =
        number.scale() <= MAX_DIGITS
            && number.precision() <= MAX_DIGITS
            && number.precision() - number.scale() <= MAX_DIGITS;
    return fits ? Optional.of(number) : Optional.empty();
  }

  static String json(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }

  static String json(boolean truth) {
    return String.valueOf(truth);
  }

  static String json(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  /// The text that `json` is, if it is one that can be stored.
  static Optional<String> text(String json) {
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        return Optional.empty();
      }
      String text = parser.getText();
      return parser.nextToken() == null && isStorable(text) ? Optional.of(text) : Optional.empty();
    } catch (IOException malformed) {
      return Optional.empty();
    }
  }

  /// PostgreSQL stores neither U+0000 nor half a surrogate pair.
  static boolean isStorable(String text) {
    return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
