package sextant.segments.segment;

import static org.jooq.impl.DSL.bitOrAgg;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import sextant.segments.definition.SegmentQuery;
import sextant.segments.v1.CompareSegmentsResponse;
import sextant.segments.v1.Segment;
import sextant.segments.v1.SegmentOverlap;
import sextant.segments.v1.SegmentSize;

/// Compares segments in one statement: each customer becomes a set of bits that says where it is,
/// and customers with the same bits are counted together. All figures come from those counts, so
/// they agree.
final class Overlap {

  private static final int WARN_ABOVE_PERCENT = 30;
  private static final Field<String> CUSTOMER =
      field(name(SegmentQuery.CUSTOMER_ID), SQLDataType.CLOB);
  private static final Field<Integer> BITS = field(name("bits"), SQLDataType.INTEGER);

  private final List<Segment> segments;

  /// Number of customers by the segments they are in: bit i for segment i.
  private final Map<Integer, Integer> customers;

  private Overlap(List<Segment> segments, Map<Integer, Integer> customers) {
    this.segments = segments;
    this.customers = customers;
  }

  static CompareSegmentsResponse compute(DSLContext db, List<Segment> segments) {
    Table<?> presence = members(segments).asTable("presence");
    Table<?> perCustomer =
        select(bitOrAgg(BITS).as(BITS))
            .from(presence)
            .where(CUSTOMER.isNotNull())
            .groupBy(CUSTOMER)
            .asTable("per_customer");
    Map<Integer, Integer> customers =
        db.select(BITS, count()).from(perCustomer).groupBy(BITS).fetchMap(BITS, count());
    return new Overlap(segments, customers).response();
  }

  private static Select<Record2<String, Integer>> members(List<Segment> segments) {
    Select<Record2<String, Integer>> all = members(segments, 0);
    for (int index = 1; index < segments.size(); index++) {
      all = all.unionAll(members(segments, index));
    }
    return all;
  }

  private static Select<Record2<String, Integer>> members(List<Segment> segments, int index) {
    return select(CUSTOMER, inline(1 << index).as(BITS))
        .from(SegmentViews.view(segments.get(index)));
  }

  private CompareSegmentsResponse response() {
    CompareSegmentsResponse.Builder response = CompareSegmentsResponse.newBuilder();
    for (int index = 0; index < segments.size(); index++) {
      response.addSegments(
          SegmentSize.newBuilder()
              .setId(segments.get(index).getId())
              .setName(segments.get(index).getName())
              .setSize(inAll(1 << index)));
    }
    List<Warning> warnings = new ArrayList<>();
    for (int one = 0; one < segments.size(); one++) {
      for (int other = one + 1; other < segments.size(); other++) {
        SegmentOverlap overlap = overlap(one, other);
        response.addOverlaps(overlap);
        if (overlap.getPercent() > WARN_ABOVE_PERCENT) {
          warnings.add(warning(one, other, overlap.getPercent()));
        }
      }
    }
    warnings.sort(Comparator.comparing(Warning::percent).reversed());
    return response
        .setTotalUniqueCustomers(customers.values().stream().mapToLong(Integer::longValue).sum())
        .addAllOverlapWarnings(warnings.stream().map(Warning::text).toList())
        .build();
  }

  private record Warning(int percent, String text) {}

  private Warning warning(int one, int other, int percent) {
    boolean oneIsSmaller = inAll(1 << one) < inAll(1 << other);
    Segment smaller = segments.get(oneIsSmaller ? one : other);
    Segment larger = segments.get(oneIsSmaller ? other : one);
    return new Warning(
        percent,
        "%d%% of the customers in %s are in %s too: they may be one audience"
            .formatted(percent, smaller.getName(), larger.getName()));
  }

  private SegmentOverlap overlap(int one, int other) {
    long both = inAll(1 << one | 1 << other);
    long smaller = Math.min(inAll(1 << one), inAll(1 << other));
    return SegmentOverlap.newBuilder()
        .addSegments(segments.get(one).getId())
        .addSegments(segments.get(other).getId())
        .setCount(both)
        .setPercent(smaller == 0 ? 0 : (int) Math.round(100.0 * both / smaller))
        .build();
  }

  /// Number of customers that are in all segments of the bits.
  private long inAll(int bits) {
    return customers.entrySet().stream()
        .filter(entry -> (entry.getKey() & bits) == bits)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
