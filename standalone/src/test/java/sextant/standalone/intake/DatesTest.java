package sextant.standalone.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatesTest {

  @ParameterizedTest
  @CsvSource({
    "2026-01-31, 2026-01-31T00:00:00Z",
    "20260131, 2026-01-31T00:00:00Z",
    "2026-01-31T10:11:12Z, 2026-01-31T10:11:12Z",
    "2026-01-31T10:11:12.345Z, 2026-01-31T10:11:12.345Z",
    "2026-01-31T10:11:12+02:00, 2026-01-31T08:11:12Z",
    "2026-01-31T10:11, 2026-01-31T10:11:00Z",
    "2026-01-31 10:11:12, 2026-01-31T10:11:12Z",
    "1769854272, 2026-01-31T10:11:12Z",
    "1769854272.5, 2026-01-31T10:11:12.500Z",
    "1769854272345, 2026-01-31T10:11:12.345Z",
    "2024-02-29, 2024-02-29T00:00:00Z",
  })
  void readsTheFormsPeopleHave(String text, Instant expected) {
    assertThat(new Dates(ZoneId.of("UTC")).parse(text)).isEqualTo(expected);
  }

  @Test
  void placesLocalTimesInTheGivenZone() {
    Dates berlin = new Dates(ZoneId.of("Europe/Berlin"));
    assertThat(berlin.parse("2026-07-01")).isEqualTo(Instant.parse("2026-06-30T22:00:00Z"));
    assertThat(berlin.parse("2026-01-01 12:00:00"))
        .isEqualTo(Instant.parse("2026-01-01T11:00:00Z"));
    assertThat(berlin.parse("2026-01-01T12:00:00Z"))
        .isEqualTo(Instant.parse("2026-01-01T12:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-02-30",
        "20260230",
        "31.01.2026",
        "2026-01-31T25:00:00Z",
        "1234567890123456"
      })
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> new Dates(ZoneId.of("UTC")).parse(text))
        .isInstanceOf(DateTimeException.class);
  }
}
