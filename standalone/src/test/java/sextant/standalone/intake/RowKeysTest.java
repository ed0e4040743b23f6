package sextant.standalone.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sextant.kit.testing.Seeds;

class RowKeysTest {

  @Test
  void theSameRowsGetTheSameKeysAndEqualRowsDifferentOnes() {
    Seeds.forEach(
        20,
        random -> {
          List<String> rows =
              IntStream.range(0, 10_000).mapToObj(row -> "row " + random.nextInt(6_000)).toList();
          List<String> keys = keys("purchase", rows);
          assertThat(new HashSet<>(keys)).hasSameSizeAs(rows);
          assertThat(keys("purchase", rows)).isEqualTo(keys);
          assertThat(keys).allMatch(key -> key.length() <= 128);
        });
  }

  @Test
  void aFileThatGrewKeepsTheKeysOfItsOldRows() {
    List<String> old = List.of("a", "b", "a");
    List<String> grown = List.of("a", "b", "a", "c", "a");
    assertThat(keys("purchase", grown).subList(0, 3)).isEqualTo(keys("purchase", old));
  }

  @Test
  void anotherTypeIsAnotherInteraction() {
    assertThat(keys("purchase", List.of("a")))
        .doesNotContainAnyElementsOf(keys("click", List.of("a")));
  }

  private static List<String> keys(String type, List<String> rows) {
    RowKeys keys = new RowKeys();
    List<String> result = new ArrayList<>();
    rows.forEach(row -> result.add(keys.next(type, row)));
    return result;
  }
}
