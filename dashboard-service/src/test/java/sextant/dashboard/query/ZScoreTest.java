package sextant.dashboard.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

final class ZScoreTest {

  /// By hand: p = 150/2000, variance = 0.075 * 0.925 * 0.002, difference 0.05.
  @Test
  void proportionsArePooled() {
    assertThat(ZScore.ofProportions(50, 1000, 100, 1000)).isEqualTo(4.244763600);
    assertThat(ZScore.ofProportions(100, 1000, 50, 1000)).isEqualTo(-4.244763600);
  }

  @Test
  void withoutVariationThereIsNoScore() {
    assertThat(ZScore.ofProportions(0, 10, 0, 10)).isZero();
    assertThat(ZScore.ofProportions(10, 10, 10, 10)).isZero();
    // More positive responses than impressions: no proportion at all.
    assertThat(ZScore.ofProportions(30, 10, 20, 10)).isZero();
    assertThat(ZScore.ofMean(5, 7, new BigDecimal("0.7"), new BigDecimal("0.07"), 7)).isZero();
    assertThat(ZScore.ofMean(5, 7, BigDecimal.TEN, new BigDecimal(100), 1)).isZero();
  }

  /// Days of 1, 2 and 3: mean 2, deviation 1. A mean of 3 over 4 days is 2 standard errors away.
  @Test
  void meansAreComparedWithTheDeviationOfDays() {
    assertThat(ZScore.ofMean(1, 4, new BigDecimal(6), new BigDecimal(14), 3)).isEqualTo(2);
  }
}
