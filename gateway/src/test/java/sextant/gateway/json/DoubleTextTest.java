package sextant.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.kit.testing.Seeds;

class DoubleTextTest {
  private static String text(double value) {
    JsonBuffer out = new JsonBuffer(1);
    DoubleText.write(out, value);
    return new String(out.toByteArray(), StandardCharsets.US_ASCII);
  }

  private static String text(float value) {
    JsonBuffer out = new JsonBuffer(1);
    DoubleText.write(out, value);
    return new String(out.toByteArray(), StandardCharsets.US_ASCII);
  }

  /// Printed by a JavaScript engine.
  @ParameterizedTest
  @CsvSource({
    "0.0, 0",
    "-0.0, 0",
    "12.0, 12",
    "-1.5, -1.5",
    "0.1, 0.1",
    "0.30000000000000004, 0.30000000000000004",
    "0.5855, 0.5855",
    "1e7, 10000000",
    "1.2345678e7, 12345678",
    "9007199254740991, 9007199254740991",
    "9007199254740992, 9007199254740992",
    "9007199254740994, 9007199254740994",
    "9223372036854775807, 9223372036854776000",
    "18446744073709551615, 18446744073709552000",
    "1e20, 100000000000000000000",
    "123456789012345680000, 123456789012345680000",
    "999999999999999900000, 999999999999999900000",
    "1e21, 1e+21",
    "-1.5e300, -1.5e+300",
    "1e-5, 0.00001",
    "1e-6, 0.000001",
    "1.5e-6, 0.0000015",
    "1e-7, 1e-7",
    "-1.25e-7, -1.25e-7",
    "1e23, 1e+23",
    "2e-323, 2e-323",
    "4.9e-324, 5e-324",
    "9.9e-324, 1e-323",
    "2.2250738585072014e-308, 2.2250738585072014e-308",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "1714013629659482.75, 1714013629659482.8",
    "5.684341886080802e-14, 5.684341886080802e-14"
  })
  void printsLikeJavaScript(double value, String expected) {
    assertThat(text(value)).isEqualTo(expected);
    assertThat(JavaScriptNumber.of(value)).isEqualTo(expected);
  }

  @Test
  void whatJsonCannotSayIsNull() {
    assertThat(text(Double.NaN)).isEqualTo("null");
    assertThat(text(Double.POSITIVE_INFINITY)).isEqualTo("null");
    assertThat(text(Double.NEGATIVE_INFINITY)).isEqualTo("null");
    assertThat(text(Float.NaN)).isEqualTo("null");
    assertThat(text(Float.NEGATIVE_INFINITY)).isEqualTo("null");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "0.1, 0.1",
    "16777216, 16777216",
    "16777218, 16777218",
    "3.4028235e38, 3.4028235e+38",
    "1e20, 100000000000000000000",
    "1e21, 1e+21",
    "1.4e-45, 1e-45",
    "1.17549435e-38, 1.1754944e-38",
    "1e-7, 1e-7"
  })
  void printsFloatsWithTheirOwnShortestDigits(float value, String expected) {
    assertThat(text(value)).isEqualTo(expected);
  }

  @Test
  void randomBitPatternsPrintLikeJavaScript() {
    Seeds.forEach(
        3_000,
        random -> {
          double value = Double.longBitsToDouble(random.nextLong());
          if (Double.isFinite(value)) {
            assertThat(text(value)).isEqualTo(JavaScriptNumber.of(value));
          }
          float single = Float.intBitsToFloat(random.nextInt());
          if (Float.isFinite(single)) {
            assertThat(text(single)).isEqualTo(JavaScriptNumber.of(single));
          }
        });
  }

  @Test
  void shortDecimalsAndTheirNeighboursPrintLikeJavaScript() {
    Seeds.forEach(
        5_000,
        random -> {
          long digits = random.nextLong(1_000_000_000_000_000L) >> random.nextInt(50);
          double value = digits / Math.pow(10, random.nextInt(10));
          for (double near : new double[] {value, Math.nextUp(value), -Math.nextDown(value)}) {
            assertThat(text(near)).isEqualTo(JavaScriptNumber.of(near));
          }
        });
  }

  @Test
  void powersOfTwoAndTheSmallestNumbersPrintLikeJavaScript() {
    for (int exponent = -1074; exponent <= 1023; exponent++) {
      double value = Math.scalb(1.0, exponent);
      assertThat(text(value)).isEqualTo(JavaScriptNumber.of(value));
    }
    for (long bits = 1; bits < 2_000; bits++) {
      double value = Double.longBitsToDouble(bits);
      assertThat(text(value)).isEqualTo(JavaScriptNumber.of(value));
      float single = Float.intBitsToFloat((int) bits);
      assertThat(text(single)).isEqualTo(JavaScriptNumber.of(single));
    }
  }
}
