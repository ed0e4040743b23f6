package sextant.segments.segment;

import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.selectCount;
import static org.jooq.impl.DSL.val;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.impl.SQLDataType;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.segments.BriefLocks;
import sextant.segments.definition.Definition;
import sextant.segments.definition.DefinitionReader;
import sextant.segments.definition.SegmentQuery;
import sextant.segments.schema.SchemaRepository;
import sextant.segments.v1.BaseSchema;
import sextant.segments.v1.Schema;
import sextant.segments.v1.Segment;

/// Changes segments: row, uses and view in the caller's transaction. Rows are counted by the new
/// definition before anything is locked that readers need.
final class SegmentChanges {

  /// Views in a segment, those of the segments it is made of included.
  private static final int MAX_VIEWS = 64;

  private final SchemaRepository schemas;
  private final SegmentRepository segments;
  private final SegmentViews views;

  SegmentChanges(SchemaRepository schemas, SegmentRepository segments, SegmentViews views) {
    this.schemas = schemas;
    this.segments = segments;
    this.views = views;
  }

  /// What a new definition means.
  record Compiled(Definition definition, SegmentQuery query) {}

  Compiled compile(
      DSLContext tx, String tenant, String baseSchemaId, String joins, String filters) {
    Schema base =
        Ids.parse(baseSchemaId)
            .flatMap(id -> schemas.find(tx, tenant, id))
            .orElseThrow(
                () ->
                    ApiException.invalid(
                        "base_schema_id", "schema " + baseSchemaId + " not found"));
    TenantCatalog catalog = new TenantCatalog(tx, tenant, schemas, segments, false);
    Definition definition = new DefinitionReader(catalog).read(base, joins, filters);
    return new Compiled(definition, new SegmentQuery(definition, tenant));
  }

  Segment create(DSLContext tx, Segment segment) {
    Compiled compiled = settle(tx, segment);
    segments.insert(tx, segment);
    Segment counted = define(tx, segment, compiled);
    BriefLocks.run(tx, what(counted), ddl -> views.create(ddl, counted, compiled.query()));
    return counted;
  }

  /// `before` is locked for change. Counts and builds anew when the definition is among `changed`.
  Segment update(DSLContext tx, Segment before, Segment after, boolean redefined) {
    if (!redefined) {
      segments.update(tx, after);
      return after;
    }
    Compiled compiled = settle(tx, after);
    Segment counted = define(tx, after, compiled);
    boolean sameColumns = before.getBaseSchemaId().equals(counted.getBaseSchemaId());
    BriefLocks.run(
        tx,
        what(counted),
        ddl -> {
          if (sameColumns) {
            views.replace(ddl, counted, compiled.query());
          } else {
            views.exchange(ddl, counted, compiled.query());
          }
        });
    return counted;
  }

  /// What the definition means, of parts that can neither change their fields nor go away before
  /// the transaction ends. They are locked before anything is read: who waits for a row must not
  /// hold a view that others want to change.
  private Compiled settle(DSLContext tx, Segment segment) {
    segments.lockParts(tx, segment.getTenantId(), compile(tx, segment).definition());
    return compile(tx, segment);
  }

  /// Writes down the definition of a stored segment, and its size.
  private Segment define(DSLContext tx, Segment segment, Compiled compiled) {
    putUses(tx, segment, compiled.definition());
    String baseName = compiled.definition().base().getName();
    Segment counted =
        segment.toBuilder()
            .setBaseSchema(BaseSchema.newBuilder().setName(baseName))
            .setBaseSchemaName(baseName)
            .setCustomerCount(count(tx, compiled.query()))
            .build();
    segments.update(tx, counted);
    return counted;
  }

  /// `segment` is locked for deletion.
  void delete(DSLContext tx, Segment segment) {
    UUID id = UUID.fromString(segment.getId());
    List<Segment> users = segments.usedBy(tx, segment.getTenantId(), id);
    if (!users.isEmpty()) {
      String references =
          users.stream().map(user -> "segment:" + user.getId()).collect(Collectors.joining(","));
      throw ApiException.of(
          ErrorReason.ERROR_REASON_IN_USE,
          "segment " + id + " cannot be deleted, it is used by " + references,
          Map.of("resource", "segment", "id", id.toString(), "references", references));
    }
    segments.delete(tx, segment.getTenantId(), id);
    BriefLocks.run(tx, what(segment), ddl -> views.drop(ddl, segment));
  }

  private Compiled compile(DSLContext tx, Segment segment) {
    return compile(
        tx,
        segment.getTenantId(),
        segment.getBaseSchemaId(),
        segment.getJoins(),
        segment.getFilters());
  }

  static long count(DSLContext db, SegmentQuery query) {
    return db.fetchSingle(query.from(selectCount())).value1();
  }

  private void putUses(DSLContext tx, Segment segment, Definition definition) {
    String tenant = segment.getTenantId();
    boolean nested = !definition.segmentUses().isEmpty();
    if (nested) {
      lockGraph(tx, tenant);
    }
    segments.putUses(tx, tenant, UUID.fromString(segment.getId()), definition);
    if (nested) {
      checkGraph(segments.uses(tx, tenant));
    }
  }

  /// Two changes that are harmless each can make a circle together, so they are made one after the
  /// other.
  private static void lockGraph(DSLContext tx, String tenant) {
    tx.select(
            function(
                "pg_advisory_xact_lock",
                SQLDataType.OTHER,
                function(
                    "hashtextextended", SQLDataType.BIGINT, val("segments/" + tenant), inline(0L))))
        .execute();
  }

  private static void checkGraph(List<SegmentRepository.Use> uses) {
    try {
      long largest = new SegmentGraph(uses).largest();
      if (largest > MAX_VIEWS) {
        throw ApiException.invalid(
            "filters",
            "would make a segment of %d views, those of its segments included; at most %d"
                .formatted(largest, MAX_VIEWS));
      }
    } catch (SegmentGraph.Cycle cycle) {
      throw ApiException.invalid("filters", "would make the segment part of itself");
    }
  }

  private static String what(Segment segment) {
    return "segment " + segment.getId();
  }
}
