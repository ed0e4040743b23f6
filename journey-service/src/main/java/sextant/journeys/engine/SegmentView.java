package sextant.journeys.engine;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import sextant.journeys.upstream.SegmentViews;
import sextant.kit.db.Database;

/// The view behind a segment, for use in statements.
record SegmentView(Table<Record> table, Field<String> customerId) {

  private static final Pattern NAME = Pattern.compile("seg_[0-9a-f]{12}");

  /// The answer of `work`, in a transaction of the tenant. Empty when the segment, or its view,
  /// does not exist: then nothing is known about who is in it, which is not the same as nobody.
  static <T> Optional<T> read(
      Database database,
      SegmentViews views,
      String tenantId,
      String segmentId,
      java.util.function.BiFunction<DSLContext, SegmentView, T> work) {
    Optional<SegmentView> view = of(views, tenantId, segmentId);
    try {
      return view.map(
          found ->
              database.inTenant(
                  tenantId,
                  tx -> {
                    WholeSets.joined(tx);
                    return work.apply(tx, found);
                  }));
    } catch (DataAccessException failure) {
      if (failure.sqlState().equals("42P01")) {
        views.forget(tenantId, segmentId);
        return Optional.empty();
      }
      throw failure;
    }
  }

  /// Empty when the segment does not exist.
  static Optional<SegmentView> of(SegmentViews views, String tenantId, String segmentId) {
    return views
        .viewOf(tenantId, segmentId)
        .filter(name -> NAME.matcher(name).matches())
        .map(SegmentView::named);
  }

  private static SegmentView named(String name) {
    Name qualified = DSL.name("segment_view", name);
    return new SegmentView(
        DSL.table(qualified), DSL.field(qualified.append("customer_id"), SQLDataType.CLOB));
  }
}
