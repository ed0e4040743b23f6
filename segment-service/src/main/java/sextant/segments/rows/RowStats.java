package sextant.segments.rows;

import static org.jooq.impl.DSL.avg;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.countDistinct;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectField;
import org.jooq.impl.SQLDataType;
import sextant.segments.schema.CustomerTable;
import sextant.segments.v1.DataType;
import sextant.segments.v1.FieldStats;
import sextant.segments.v1.GetStatsResponse;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;
import sextant.segments.value.RowJson;

/// Statistics of all fields of a table: one pass for the figures, one more for the most frequent
/// values of each field that is not numeric.
final class RowStats {

  private static final int TOP = 5;
  private static final int AVG_SCALE = 6;

  private RowStats() {}

  static GetStatsResponse compute(DSLContext db, Schema schema) {
    List<SelectField<?>> figures = new ArrayList<>();
    Field<Integer> total = count();
    figures.add(total);
    for (SchemaField field : schema.getFieldsList()) {
      figures.addAll(Figures.of(field).all());
    }
    Record found = db.select(figures).from(CustomerTable.table(schema)).fetchSingle();
    GetStatsResponse.Builder stats = GetStatsResponse.newBuilder().setTotal(found.get(total));
    for (SchemaField field : schema.getFieldsList()) {
      stats.addFields(stats(db, schema, field, found, found.get(total)));
    }
    return stats.build();
  }

  /// The aggregates of one field; those that do not apply are constants.
  private record Figures(
      Field<Integer> present,
      Field<Integer> distinct,
      Field<?> least,
      Field<?> greatest,
      Field<?> mean) {

    static Figures of(SchemaField field) {
      Field<Object> column = CustomerTable.column(field);
      String suffix = "_" + field.getOrdinal();
      Field<Integer> distinct =
          field.getDataType() == DataType.DATA_TYPE_JSON ? inline(0) : countDistinct(column);
      Field<?> none = inline((BigDecimal) null);
      boolean numeric = isNumeric(field);
      return new Figures(
          count(column).as("present" + suffix),
          distinct.as("distinct" + suffix),
          (numeric ? min(column) : none).as("least" + suffix),
          (numeric ? max(column) : none).as("greatest" + suffix),
          (numeric ? avg(column.cast(SQLDataType.NUMERIC)) : none).as("mean" + suffix));
    }

    List<Field<?>> all() {
      return List.of(present, distinct, least, greatest, mean);
    }
  }

  private static FieldStats stats(
      DSLContext db, Schema schema, SchemaField field, Record found, int total) {
    Figures figures = Figures.of(field);
    FieldStats.Builder stats =
        FieldStats.newBuilder()
            .setName(field.getName())
            .setType(isNumeric(field) ? "numeric" : "text")
            .setNullCount(total - found.get(figures.present));
    if (field.getDataType() == DataType.DATA_TYPE_JSON) {
      return stats.build();
    }
    stats.setDistinctCount(found.get(figures.distinct));
    if (!isNumeric(field)) {
      return stats.setTopValues(topValues(db, schema, field)).build();
    }
    if (found.get(figures.present) > 0) {
      stats
          .setMin(RowJson.number((Number) found.get(figures.least)))
          .setMax(RowJson.number((Number) found.get(figures.greatest)))
          .setAvg(RowJson.number(rounded(found.get(figures.mean, BigDecimal.class))));
    }
    return stats.build();
  }

  private static String topValues(DSLContext db, Schema schema, SchemaField field) {
    Field<Object> column = CustomerTable.column(field);
    return RowJson.values(
        db.select(column)
            .from(CustomerTable.table(schema))
            .where(column.isNotNull())
            .groupBy(column)
            .orderBy(count().desc(), column)
            .limit(TOP)
            .fetch(column));
  }

  private static BigDecimal rounded(BigDecimal mean) {
    BigDecimal rounded = mean.setScale(AVG_SCALE, RoundingMode.HALF_UP).stripTrailingZeros();
    return rounded.signum() == 0 ? BigDecimal.ZERO : rounded;
  }

  private static boolean isNumeric(SchemaField field) {
    return switch (field.getDataType()) {
      case DATA_TYPE_INTEGER,
          DATA_TYPE_BIGINT,
          DATA_TYPE_DECIMAL,
          DATA_TYPE_NUMBER,
          DATA_TYPE_FLOAT ->
          true;
      default -> false;
    };
  }
}
