package sextant.dashboard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.kit.rpc.ApiException;

final class WindowTest {

  private static final Instant NOW = Instant.parse("2026-03-30T14:30:00Z");

  @Test
  void aLookbackStartsAtMidnightBeforeItsDays() {
    Window window = Window.lookback(7, "", NOW);

    assertThat(window.start()).isEqualTo("2026-03-23T00:00:00Z");
    assertThat(window.length()).isEqualTo(8);
    assertThat(Window.lookback(0, "UTC", NOW).start()).isEqualTo(window.start());
  }

  @Test
  void aTrendEndsToday() {
    Window window = Window.trend(3, "Asia/Tokyo", Instant.parse("2026-03-30T15:00:00Z"));

    assertThat(window.length()).isEqualTo(3);
    assertThat(window.day(1)).isEqualTo(LocalDate.of(2026, 3, 29));
    assertThat(window.day(3)).isEqualTo(LocalDate.of(2026, 3, 31));
  }

  @Test
  void daysAreAsLongAsTheyAre() {
    Instant[] midnights = Window.trend(3, "Europe/Berlin", NOW).midnights();

    // The clocks went forward on March 29th.
    assertThat(Duration.between(midnights[0], midnights[1])).hasHours(24);
    assertThat(Duration.between(midnights[1], midnights[2])).hasHours(23);
    assertThat(midnights[2]).isEqualTo("2026-03-29T22:00:00Z");
  }

  @Test
  void aDayMayStartAfterMidnight() {
    // In Santiago the clocks go forward at midnight: September 6th starts at one o'clock.
    Window window = Window.trend(2, "America/Santiago", Instant.parse("2026-09-06T12:00:00Z"));

    assertThat(Arrays.asList(window.midnights()))
        .containsExactly(
            Instant.parse("2026-09-05T04:00:00Z"), Instant.parse("2026-09-06T04:00:00Z"));
  }

  @Test
  void theWindowBeforeEndsWhereThisOneStarts() {
    Window window = Window.lookback(7, "", NOW);
    Window before = window.before(3);

    assertThat(before.start()).isEqualTo("2026-03-20T00:00:00Z");
    assertThat(before.end()).isEqualTo("2026-03-22T23:59:59.999999Z");
    assertThat(before.length()).isEqualTo(3);
  }

  @Test
  void someZonesHaveTheDaysOfUtc() {
    assertThat(Window.lookback(7, "", NOW).isInUtcDays()).isTrue();
    assertThat(Window.lookback(7, "Africa/Abidjan", NOW).isInUtcDays()).isTrue();
    assertThat(
            Window.lookback(7, "Europe/London", Instant.parse("2026-02-01T12:00:00Z"))
                .isInUtcDays())
        .isTrue();
    assertThat(
            Window.lookback(7, "Europe/London", Instant.parse("2026-04-01T12:00:00Z"))
                .isInUtcDays())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Mars/Olympus", "+02:00", "UTC+2", "europe/berlin", " "})
  void otherNamesAreRefused(String name) {
    assertThatThrownBy(() -> Window.lookback(7, name, NOW))
        .isInstanceOf(ApiException.class)
        .hasMessage("timezone: must be the name of an IANA time zone such as Europe/Berlin");
  }
}
