package sextant.dashboard.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/// Quotients, by the numbers of the dashboard data document where they agree with each other.
final class RoundingTest {

  @Test
  void theDocumentedQuotientsComeOut() {
    assertThat(Rounding.ratio(87, 1250, 4)).isEqualTo(0.0696);
    assertThat(Rounding.percent(87, 1250)).isEqualTo("7.0");
    assertThat(Rounding.percent(350, 5000)).isEqualTo("7.0");
    assertThat(Rounding.percent(4500, 10000)).isEqualTo("45.0");
    assertThat(Rounding.ratio(48, 340, 3)).isEqualTo(0.141);
    assertThat(Rounding.ratio(340 - 48, 340, 3)).isEqualTo(0.859);
  }

  @Test
  void halvesGoUp() {
    assertThat(Rounding.percent(1, 16)).isEqualTo("6.3");
    assertThat(Rounding.ratio(1, 32, 4)).isEqualTo(0.0313);
    assertThat(Rounding.mean(new BigDecimal("0.0005"), 1, 3)).isEqualTo(0.001);
    assertThat(Rounding.oneDecimal(2.25)).isEqualTo(2.3);
    assertThat(Rounding.oneDecimal(-2.25)).isEqualTo(-2.3);
  }

  @Test
  void nothingIsDividedByZero() {
    assertThat(Rounding.ratio(1, 0, 4)).isZero();
    assertThat(Rounding.percent(1, 0)).isEqualTo("0.0");
    assertThat(Rounding.mean(BigDecimal.ONE, 0, 3)).isZero();
  }
}
