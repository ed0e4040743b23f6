package sextant.segments.segment;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;
import sextant.segments.definition.Catalog;
import sextant.segments.schema.SchemaRepository;
import sextant.segments.v1.Schema;
import sextant.segments.v1.Segment;

/// What a tenant's definitions may name, as of a transaction.
final class TenantCatalog implements Catalog {

  private final DSLContext db;
  private final String tenantId;
  private final SchemaRepository schemas;
  private final SegmentRepository segments;
  private final boolean checked;

  /// `checked`: the definition was checked when it was stored. Should one of its metrics be gone
  /// since, it stays valid; nobody has a value of that metric.
  TenantCatalog(
      DSLContext db,
      String tenantId,
      SchemaRepository schemas,
      SegmentRepository segments,
      boolean checked) {
    this.db = db;
    this.tenantId = tenantId;
    this.schemas = schemas;
    this.segments = segments;
    this.checked = checked;
  }

  @Override
  public Optional<Schema> schema(UUID id) {
    return schemas.find(db, tenantId, id);
  }

  @Override
  public Optional<String> segmentView(UUID id) {
    return segments.find(db, tenantId, id).map(Segment::getViewName);
  }

  @Override
  public Optional<String> metricFault(String metric) {
    if (checked) {
      return Optional.empty();
    }
    Optional<String[]> dimensions = dimensions(metric);
    if (dimensions.isEmpty()) {
      return Optional.of("metric \"" + metric + "\" not found");
    }
    return dimensions
        .filter(grouped -> grouped.length > 0)
        .map(
            grouped ->
                "metric \"%s\" has a value per %s, not one per customer"
                    .formatted(metric, String.join(" and ", grouped)));
  }

  /// What the metric is grouped by, or empty when there is no such metric.
  private Optional<String[]> dimensions(String metric) {
    Field<String> tenant = field(name("tenant_id"), SQLDataType.CLOB);
    Field<String> named = field(name("name"), SQLDataType.CLOB);
    Field<String[]> dimensions = field(name("group_by_dimensions"), SQLDataType.CLOB.array());
    return db.select(dimensions)
        .from(table(name("metrics", "metric_v1")))
        .where(tenant.eq(tenantId))
        .and(named.eq(metric))
        .fetchOptional(dimensions);
  }
}
