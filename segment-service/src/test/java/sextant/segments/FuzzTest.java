package sextant.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.segments.HostileJson.broken;
import static sextant.segments.HostileJson.pick;
import static sextant.segments.Tenant.field;
import static sextant.segments.Tenant.json;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.kit.testing.Seeds;
import sextant.segments.v1.CompareSegmentsRequest;
import sextant.segments.v1.CreateSchemaRequest;
import sextant.segments.v1.CreateSegmentRequest;
import sextant.segments.v1.DataType;
import sextant.segments.v1.DeleteSegmentRequest;
import sextant.segments.v1.ListRowsRequest;
import sextant.segments.v1.ListSegmentsRequest;
import sextant.segments.v1.PreviewDefinitionRequest;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaFieldInput;
import sextant.segments.v1.Segment;
import sextant.segments.v1.UpdateSchemaRequest;
import sextant.segments.v1.UpdateSegmentRequest;
import sextant.segments.v1.WriteMode;
import sextant.segments.v1.WriteRowsRequest;

/// Hostile requests of every kind get a documented refusal or do exactly what they say, and leave
/// nothing behind that the catalogue does not know.
class FuzzTest {

  @RegisterExtension static final SegmentsExtension service = new SegmentsExtension();

  private static final int REQUESTS = 1_000;

  private static final Set<Status.Code> REFUSALS =
      Set.of(
          Status.Code.INVALID_ARGUMENT,
          Status.Code.NOT_FOUND,
          Status.Code.ALREADY_EXISTS,
          Status.Code.FAILED_PRECONDITION);

  private final Tenant tenant = service.tenant();
  private int accepted;

  @Test
  void hostileRequestsAreRefusedOrHarmless() {
    Schema people =
        tenant.schema(
            "people",
            "customer_id:text",
            "age:integer",
            "big:bigint",
            "x:number",
            "f:float",
            "born:date",
            "seen:timestamp",
            "ok:boolean",
            "doc:json",
            "it's \"quoted\":text");
    Schema orders = tenant.schema("orders", "id:bigint:key", "customer_id:text", "amount:decimal");
    tenant.insert(
        people, "[{'customer_id':'c1','age':30,'born':'2000-01-01'},{'customer_id':'c2'}]");
    tenant.insert(orders, "[{'id':1,'customer_id':'c1','amount':5}]");
    Segment segment = tenant.segment(people, "[{'field':'age','operator':'>','value':1}]");
    Set<String> relations = relations();

    Seeds.forEach(
        REQUESTS,
        random -> {
          try {
            request(random, people, orders, segment);
            accepted++;
          } catch (StatusRuntimeException refused) {
            assertThat(refused.getStatus().getCode()).as(refused.toString()).isIn(REFUSALS);
            assertThat(refused.getStatus().getDescription()).isNotBlank();
          }
        });

    assertThat(accepted).isBetween(REQUESTS / 50, REQUESTS * 2 / 3);
    assertThat(relations()).containsAll(relations);
    assertThat(service.members(tenant, segment)).containsOnly("c1").hasSize(1);
    assertThat(uncataloguedRelations()).isEmpty();
  }

  private void request(Random random, Schema people, Schema orders, Segment segment) {
    String filters = broken(random, filters(segment));
    String joins = random.nextInt(3) == 0 ? broken(random, joins(orders)) : joins(orders);
    switch (random.nextInt(8)) {
      case 0, 1 ->
          tenant.segments.previewDefinition(
              PreviewDefinitionRequest.newBuilder()
                  .setBaseSchemaId(people.getId())
                  .setJoins(joins)
                  .setFilters(filters)
                  .build());
      case 2 -> {
        Segment created =
            tenant.segments.createSegment(
                CreateSegmentRequest.newBuilder()
                    .setName(pick(random, HostileJson.TEXTS))
                    .setBaseSchemaId(random.nextInt(9) == 0 ? "'" : people.getId())
                    .setJoins(joins)
                    .setFilters(filters)
                    .build());
        tenant.segments.deleteSegment(
            DeleteSegmentRequest.newBuilder().setId(created.getId()).build());
      }
      case 3 ->
          tenant.segments.updateSegment(
              UpdateSegmentRequest.newBuilder()
                  .setId(random.nextInt(9) == 0 ? pick(random, HostileJson.TEXTS) : segment.getId())
                  .setJoins(broken(random, "[]"))
                  .setDescription(pick(random, HostileJson.TEXTS))
                  .build());
      case 4, 5 ->
          tenant.rows.writeRows(
              WriteRowsRequest.newBuilder()
                  .setSchemaId(orders.getId())
                  .setRows(
                      broken(random, json("[{'id':2,'customer_id':'c1','amount':5},{'id':3}]")))
                  .setMode(
                      random.nextBoolean()
                          ? WriteMode.WRITE_MODE_UPSERT
                          : WriteMode.WRITE_MODE_INSERT)
                  .build());
      case 6 -> hostileSchema(random, orders);
      default -> {
        String text = pick(random, HostileJson.TEXTS);
        tenant.segments.listSegments(
            ListSegmentsRequest.newBuilder().setCursor(text).setLimit(random.nextInt(120)).build());
        tenant.rows.listRows(
            ListRowsRequest.newBuilder().setSchemaId(text).setOffset(random.nextLong()).build());
        tenant.segments.compareSegments(
            CompareSegmentsRequest.newBuilder()
                .addSegmentIds(text)
                .addSegmentIds(segment.getId())
                .build());
      }
    }
  }

  private static final String FILTERS =
      "[{'field':'age','operator':'>','value':1},"
          + "{'or':[{'field':'QUOTED','operator':'contains','value':'x'},"
          + "{'field':'born','operator':'<','value':'now-30d'},"
          + "{'not':{'field':'x','operator':'between','value':[1,2.5]}}]},"
          + "{'and':[{'field':'seen','operator':'is_null'},"
          + "{'field':'f','operator':'in','value':[1.5,2]}]},"
          + "{'field':'o.amount','operator':'>=','value':5},"
          + "{'field':'segment','operator':'in','value':['SEGMENT']}]";

  private static String filters(Segment segment) {
    return json(FILTERS.replace("SEGMENT", segment.getId()))
        .replace("QUOTED", "it's \\\"quoted\\\"");
  }

  private static String joins(Schema orders) {
    return json(
        "[{'schemaId':'"
            + orders.getId()
            + "','type':'left','leftField':'customer_id','rightField':'customer_id','alias':'o'}]");
  }

  private void hostileSchema(Random random, Schema orders) {
    SchemaFieldInput hostile =
        SchemaFieldInput.newBuilder()
            .setName(pick(random, HostileJson.TEXTS))
            .setDataType(DataType.forNumber(1 + random.nextInt(11)))
            .setDefaultValue(broken(random, json("{'a':1}")))
            .build();
    if (random.nextBoolean()) {
      tenant.schemas.createSchema(
          CreateSchemaRequest.newBuilder()
              .setName(pick(random, HostileJson.TEXTS) + random.nextInt(1_000))
              .addFields(field("id:text"))
              .addFields(hostile)
              .build());
    } else {
      tenant.schemas.updateSchema(
          UpdateSchemaRequest.newBuilder().setId(orders.getId()).addFields(hostile).build());
    }
  }

  private static Set<String> relations() {
    return service
        .database()
        .asOwner(
            owner ->
                Set.copyOf(
                    owner
                        .fetch(
                            "select n.nspname || '.' || c.relname from pg_class c"
                                + " join pg_namespace n on n.oid = c.relnamespace"
                                + " where c.relkind in ('r', 'v') and n.nspname !~ '^pg_'")
                        .getValues(0, String.class)));
  }

  /// Tables and views that belong to no schema and no segment.
  private static List<String> uncataloguedRelations() {
    return service
        .database()
        .asOwner(
            owner ->
                owner
                    .fetch(
                        "select c.relname::text from pg_class c"
                            + " join pg_namespace n on n.oid = c.relnamespace"
                            + " where c.relkind in ('r', 'v')"
                            + " and n.nspname in ('segments_data', 'segment_view', 'public')"
                            + " and c.relname not in (select table_name from segments.schema_definition)"
                            + " and c.relname not in (select view_name from segments.segment)")
                    .getValues(0, String.class));
  }
}
