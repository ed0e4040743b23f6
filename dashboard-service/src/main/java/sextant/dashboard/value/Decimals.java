package sextant.dashboard.value;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/// Amounts of money: exact decimals of one size.
public final class Decimals {

  /// The rule in words, for error messages.
  public static final String RULE =
      "must be a decimal number with up to 18 digits before and 6 after the point";

  private static final int MAX_INTEGER_DIGITS = 18;
  private static final int MAX_FRACTION_DIGITS = 6;
  private static final int MAX_LENGTH = 100;

  /// As JSON writes numbers. The exponent is short, so that no text costs more than its length.
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,4})?");

  private Decimals() {}

  /// The number, or empty when it breaks the rule.
  public static Optional<BigDecimal> parse(String text) {
    if (text.length() > MAX_LENGTH || !NUMBER.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(text).stripTrailingZeros();
    return number.scale() <= MAX_FRACTION_DIGITS
            && number.precision() - number.scale() <= MAX_INTEGER_DIGITS
        ? Optional.of(number)
        : Optional.empty();
  }

  /// Canonical text: no trailing zeros, never an exponent.
  public static String format(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }
}
