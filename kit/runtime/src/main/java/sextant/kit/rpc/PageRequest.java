package sextant.kit.rpc;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import sextant.kit.db.Ids;

/// The page of a list that a caller asks for. `list`: everything that selects its rows; `cursor`:
/// of the page before, empty for the first one; `limit`: how many rows it shows at the most.
public record PageRequest(List<?> list, String cursor, int limit) {

  /// How many rows to read: one more than is shown tells whether there is another page.
  public int toRead() {
    return limit + 1;
  }

  /// The sort key of the row that the page starts after, in `keySize` parts, or empty for the first
  /// page. A cursor of another list is INVALID_ARGUMENT on `cursor`.
  public Optional<List<String>> after(int keySize) {
    return PageToken.decode(cursor, list, keySize);
  }

  /// The same of a list in the order of its ids.
  public Optional<UUID> afterId() {
    return after(1).map(key -> Ids.parse(key.getFirst()).orElseThrow(PageToken::wrong));
  }

  /// The page that starts with `rows`, of which there may be more than it shows. `key` gives the
  /// sort key of a row, with as many parts as `after` asks for.
  public <R> Page<R> page(List<R> rows, Function<R, List<?>> key) {
    if (rows.size() <= limit) {
      return new Page<>(rows, limit, Optional.empty());
    }
    List<R> shown = rows.subList(0, limit);
    List<String> last = key.apply(shown.getLast()).stream().map(String::valueOf).toList();
    return new Page<>(shown, limit, Optional.of(PageToken.encode(list, last)));
  }
}
