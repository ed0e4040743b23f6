package sextant.kit.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sextant.access.v1.ApiKeyPagination;

class PageRequestTest {

  private static final List<?> LIST = List.of("keys", "acme");
  private static final List<UUID> ALL =
      IntStream.range(0, 7).mapToObj(row -> new UUID(0, row)).toList();

  @Test
  void pagesShowEveryRowOnce() {
    for (int limit = 1; limit <= ALL.size() + 1; limit++) {
      List<UUID> shown = new ArrayList<>();
      String cursor = "";
      int pages = 0;
      do {
        Page<UUID> page = read(new PageRequest(LIST, cursor, limit));
        assertThat(page.rows()).hasSizeLessThanOrEqualTo(limit);
        shown.addAll(page.rows());
        cursor = page.next().orElse("");
        pages++;
      } while (!cursor.isEmpty());
      assertThat(shown).isEqualTo(ALL);
      assertThat(pages).isEqualTo((ALL.size() + limit - 1) / limit);
    }
  }

  @Test
  void aPageIsDescribed() {
    Page<UUID> first = read(new PageRequest(LIST, "", 5));
    assertThat(first.describe(ApiKeyPagination.newBuilder(), 7).build())
        .isEqualTo(
            ApiKeyPagination.newBuilder()
                .setTotal(7)
                .setLimit(5)
                .setHasMore(true)
                .setCursor(first.next().orElseThrow())
                .build());
    Page<UUID> last = read(new PageRequest(LIST, first.next().orElseThrow(), 5));
    assertThat(last.describe(ApiKeyPagination.newBuilder(), 7).build())
        .isEqualTo(ApiKeyPagination.newBuilder().setTotal(7).setLimit(5).build());
  }

  @Test
  void aCursorOfAnotherListOrWithoutAnIdIsRefused() {
    String ofAnother = read(new PageRequest(List.of("others"), "", 2)).next().orElseThrow();
    String noId = PageToken.encode(LIST, List.of("seventeen"));
    for (String cursor : List.of(ofAnother, noId)) {
      assertThatThrownBy(() -> new PageRequest(LIST, cursor, 2).afterId())
          .isInstanceOf(ApiException.class)
          .hasMessage("cursor: must be the cursor of a page of this very list");
    }
  }

  private static Page<UUID> read(PageRequest asked) {
    List<UUID> rest =
        asked
            .afterId()
            .map(last -> ALL.stream().filter(row -> row.compareTo(last) > 0).toList())
            .orElse(ALL);
    return asked.page(rest.stream().limit(asked.toRead()).toList(), List::of);
  }
}
