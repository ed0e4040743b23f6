package sextant.kit.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import sextant.kit.testing.Seeds;

class PageTokenTest {

  private static final List<?> FILTERS = List.of("acme", "active");

  @Test
  void aPositionSurvivesTheRoundTrip() {
    String cursor = PageToken.encode(FILTERS, List.of("2026-03-01T12:00:00Z", "ünïcode"));
    assertThat(PageToken.decode(cursor, FILTERS, 2))
        .contains(List.of("2026-03-01T12:00:00Z", "ünïcode"));
  }

  @Test
  void noCursorIsTheFirstPage() {
    assertThat(PageToken.decode("", FILTERS, 2)).isEmpty();
  }

  @Test
  void aCursorOfAnotherListIsRefused() {
    String cursor = PageToken.encode(List.of("acme", "paused"), List.of("a", "b"));
    assertThatThrownBy(() -> PageToken.decode(cursor, FILTERS, 2))
        .isInstanceOf(ApiException.class)
        .hasMessageStartingWith("cursor: ");
    assertThatThrownBy(() -> PageToken.decode(cursor, List.of("acme", "paused"), 3))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void garbageIsRefusedAndNothingElse() {
    Seeds.forEach(
        2_000,
        random -> {
          byte[] bytes = new byte[random.nextInt(40)];
          random.nextBytes(bytes);
          String cursor = "x" + Base64.getUrlEncoder().encodeToString(bytes);
          assertThatThrownBy(() -> PageToken.decode(cursor, FILTERS, 2))
              .isInstanceOf(ApiException.class);
        });
  }
}
