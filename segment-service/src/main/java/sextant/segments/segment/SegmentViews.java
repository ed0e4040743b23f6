package sextant.segments.segment;

import static org.jooq.impl.DSL.privilege;
import static org.jooq.impl.DSL.role;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jooq.DSLContext;
import org.jooq.Name;
import org.jooq.Table;
import org.jooq.impl.DSL;
import sextant.segments.definition.Definition;
import sextant.segments.definition.DefinitionReader;
import sextant.segments.definition.SegmentQuery;
import sextant.segments.schema.SchemaRepository;
import sextant.segments.v1.Schema;
import sextant.segments.v1.Segment;

/// The PostgreSQL views of segments. Whoever reads one sees it before or after a change, never in
/// between, and the views built on it keep working.
public final class SegmentViews {

  private static final String NAMESPACE = "segment_view";
  private static final String PREFIX = "seg_";

  /// Services that read segments in SQL.
  private static final List<String> READERS = List.of("sextant_dashboard", "sextant_journeys");

  private final SchemaRepository schemas;
  private final SegmentRepository segments;

  public SegmentViews(SchemaRepository schemas, SegmentRepository segments) {
    this.schemas = schemas;
    this.segments = segments;
  }

  /// A name that no other view has: 48 random bits, and a unique constraint behind them.
  static String newName() {
    return PREFIX + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 12);
  }

  public static Table<?> view(Segment segment) {
    return table(name(segment));
  }

  private static Name name(Segment segment) {
    return DSL.name(NAMESPACE, segment.getViewName());
  }

  void create(DSLContext tx, Segment segment, SegmentQuery query) {
    tx.createView(name(segment)).as(query.from(select(query.viewColumns()))).execute();
    for (String reader : READERS) {
      tx.grant(privilege("select")).on(view(segment)).to(role(reader)).execute();
    }
  }

  /// For a definition over the same base schema: the columns stay or become more.
  void replace(DSLContext tx, Segment segment, SegmentQuery query) {
    tx.createOrReplaceView(name(segment)).as(query.from(select(query.viewColumns()))).execute();
  }

  /// For a definition over another base schema: PostgreSQL cannot change columns in place, so a new
  /// view takes over the name, and the views that read the old one.
  void exchange(DSLContext tx, Segment segment, SegmentQuery query) {
    Name old = DSL.name(segment.getViewName() + "_old");
    tx.alterView(name(segment)).renameTo(old).execute();
    create(tx, segment, query);
    segments
        .usedBy(tx, segment.getTenantId(), UUID.fromString(segment.getId()))
        .forEach(user -> rebuild(tx, user));
    tx.dropView(DSL.name(NAMESPACE).append(old)).execute();
  }

  void drop(DSLContext tx, Segment segment) {
    tx.dropView(name(segment)).execute();
  }

  /// Makes others wait who want to change the segments over a schema.
  public void lockOver(DSLContext tx, String tenantId, UUID schemaId) {
    segments.overSchema(tx, tenantId, schemaId).forEach(segment -> lock(tx, segment));
  }

  /// Shows new fields of a schema in the segments over it.
  public void extend(DSLContext tx, Schema schema) {
    segments
        .overSchema(tx, schema.getTenantId(), UUID.fromString(schema.getId()))
        .forEach(segment -> rebuild(tx, segment));
  }

  /// By the definition that is stored once nobody else is changing it.
  private void rebuild(DSLContext tx, Segment segment) {
    Segment current = lock(tx, segment);
    replace(tx, current, query(tx, current));
  }

  private Segment lock(DSLContext tx, Segment segment) {
    return segments
        .lockForChange(tx, segment.getTenantId(), UUID.fromString(segment.getId()))
        .orElse(segment);
  }

  /// The query of a stored segment.
  public SegmentQuery query(DSLContext db, Segment segment) {
    String tenant = segment.getTenantId();
    Schema base =
        schemas
            .find(db, tenant, UUID.fromString(segment.getBaseSchemaId()))
            .orElseThrow(() -> new IllegalStateException("no base schema of " + segment.getId()));
    Definition definition =
        new DefinitionReader(new TenantCatalog(db, tenant, schemas, segments, true))
            .read(base, segment.getJoins(), segment.getFilters());
    return new SegmentQuery(definition, tenant);
  }
}
