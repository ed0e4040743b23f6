package sextant.dashboard.query;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import org.jooq.Field;
import org.jooq.Record;

/// How often offers were scored at ranks 1 to 10: the columns `rank_1` to `rank_10`.
final class Ranks {

  static final int TRACKED = 10;

  static final List<Field<BigDecimal>> SUMS =
      IntStream.rangeClosed(1, TRACKED).mapToObj(rank -> Counted.sumOf(column(rank))).toList();

  private Ranks() {}

  static String column(int rank) {
    return "rank_" + rank;
  }

  static List<Long> of(Record row) {
    return IntStream.rangeClosed(1, TRACKED)
        .mapToObj(rank -> row.get(column(rank), Long.class))
        .toList();
  }
}
