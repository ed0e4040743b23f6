package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.kit.testing.Seeds;

class DecimalsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "-0.000000000, 0",
    "0e9999, 0",
    "12.50, 12.5",
    "100, 100",
    "1e17, 100000000000000000",
    "1.5E-5, 0.000015",
    "1000000e-12, 0.000001",
    "-999999999999999999.999999, -999999999999999999.999999",
    "12.0000000, 12",
  })
  void canonicalFormHasNoExponentAndNoTrailingZeros(String text, String canonical) {
    assertThat(Decimals.parse(text).map(Decimals::format)).contains(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " 1", "1 ", "+1", ".5", "1.", "01", "1e", "1e99999", "1e18", "1000000000000000000",
        "0.0000001", "1e-7", "1e-9999", "NaN", "Infinity", "1,5", "0x1", "1_000", "١", "--1", "1f"
      })
  void everythingElseIsRefused(String text) {
    assertThat(Decimals.parse(text)).isEmpty();
  }

  @Test
  void longTextIsRefusedUnread() {
    assertThat(Decimals.parse("0." + "0".repeat(98))).isPresent();
    assertThat(Decimals.parse("0." + "0".repeat(99))).isEmpty();
  }

  @Test
  void formattedNumbersReadBackAsThemselves() {
    Seeds.forEach(
        2_000,
        random -> {
          BigDecimal number = BigDecimal.valueOf(random.nextLong(), random.nextInt(7));
          BigDecimal bounded = number.remainder(new BigDecimal("1e18"));
          assertThat(Decimals.parse(Decimals.format(bounded)).orElseThrow())
              .isEqualByComparingTo(bounded);
        });
  }
}
