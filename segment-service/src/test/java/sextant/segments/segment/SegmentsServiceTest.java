package sextant.segments.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;
import static sextant.segments.Tenant.json;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.segments.SegmentsExtension;
import sextant.segments.Tenant;
import sextant.segments.v1.BaseSchema;
import sextant.segments.v1.CompareSegmentsRequest;
import sextant.segments.v1.CompareSegmentsResponse;
import sextant.segments.v1.CreateSegmentRequest;
import sextant.segments.v1.DeleteSegmentRequest;
import sextant.segments.v1.GetSegmentRequest;
import sextant.segments.v1.ListSegmentsRequest;
import sextant.segments.v1.ListSegmentsResponse;
import sextant.segments.v1.PreviewDefinitionRequest;
import sextant.segments.v1.PreviewDefinitionResponse;
import sextant.segments.v1.PreviewSegmentRequest;
import sextant.segments.v1.PreviewSegmentResponse;
import sextant.segments.v1.RefreshSegmentRequest;
import sextant.segments.v1.Schema;
import sextant.segments.v1.Segment;
import sextant.segments.v1.SegmentOverlap;
import sextant.segments.v1.SegmentSize;
import sextant.segments.v1.SegmentStatus;
import sextant.segments.v1.UpdateSegmentRequest;

class SegmentsServiceTest {

  @RegisterExtension static final SegmentsExtension service = new SegmentsExtension();

  private final Tenant tenant = service.tenant();
  private Schema customers;

  @BeforeEach
  void createCustomers() {
    customers = tenant.schema("customers", "id:text", "email:text", "lifetime_value:number");
    tenant.insert(
        customers,
        "[{'id':'CUST001','email':'john@example.com','lifetime_value':15200.50},"
            + "{'id':'CUST002','email':'ann@example.com','lifetime_value':9999.99},"
            + "{'id':'CUST003','lifetime_value':10000},"
            + "{'id':'CUST004','email':'eve@example.com','lifetime_value':20000},"
            + "{'id':'CUST005'}]");
  }

  private static final String HIGH_VALUE =
      "[{'field':'lifetime_value','operator':'>','value':10000}]";

  @Test
  void createMakesASegmentWithItsViewAndCount() {
    Segment segment =
        tenant.segments.createSegment(
            CreateSegmentRequest.newBuilder()
                .setName("high_value_customers")
                .setBaseSchemaId(customers.getId())
                .setDescription("Customers with lifetime value > $10,000")
                .setStatus(SegmentStatus.SEGMENT_STATUS_ACTIVE)
                .setFilters(json(HIGH_VALUE))
                .build());

    assertThat(segment.getViewName()).matches("seg_[0-9a-f]{12}");
    assertThat(segment)
        .isEqualTo(
            Segment.newBuilder()
                .setId(segment.getId())
                .setTenantId(tenant.id)
                .setName("high_value_customers")
                .setDescription("Customers with lifetime value > $10,000")
                .setStatus(SegmentStatus.SEGMENT_STATUS_ACTIVE)
                .setEntityType("customer")
                .setBaseSchemaId(customers.getId())
                .setBaseSchema(BaseSchema.newBuilder().setName("customers"))
                .setBaseSchemaName("customers")
                .setCustomerCount(2)
                .setJoins("[]")
                .setFilters(json(HIGH_VALUE))
                .setViewName(segment.getViewName())
                .setCreatedAt(now())
                .setUpdatedAt(now())
                .build());
    assertThat(get(segment)).isEqualTo(segment);
    assertThat(members(segment)).containsExactly("CUST001", "CUST004");
  }

  @Test
  void createHasDefaults() {
    Segment segment =
        tenant.segments.createSegment(
            CreateSegmentRequest.newBuilder()
                .setName("all")
                .setBaseSchemaId(customers.getId())
                .build());

    assertThat(segment.getStatus()).isEqualTo(SegmentStatus.SEGMENT_STATUS_DRAFT);
    assertThat(segment.hasDescription()).isFalse();
    assertThat(segment.hasLastRefreshedAt()).isFalse();
    assertThat(segment.getFilters()).isEqualTo("[]");
    assertThat(segment.getCustomerCount()).isEqualTo(5);
  }

  @Test
  void membershipIsLiveAndTheCountIsOfItsTime() {
    Segment segment = tenant.segment(customers, HIGH_VALUE);
    tenant.upsert(customers, "[{'id':'CUST005','lifetime_value':50000}]");

    assertThat(members(segment)).containsExactly("CUST001", "CUST004", "CUST005");
    assertThat(get(segment).getCustomerCount()).isEqualTo(2);

    service.clock.advance(Duration.ofMinutes(1));
    Segment refreshed =
        tenant.segments.refreshSegment(
            RefreshSegmentRequest.newBuilder().setId(segment.getId()).build());
    assertThat(refreshed)
        .isEqualTo(segment.toBuilder().setCustomerCount(3).setLastRefreshedAt(now()).build());
    assertThat(get(segment)).isEqualTo(refreshed);
  }

  @Test
  void updateChangesWhatIsProvidedAndRebuildsTheView() {
    Segment segment = tenant.segment(customers, HIGH_VALUE);
    service.clock.advance(Duration.ofMinutes(1));

    Segment renamed =
        tenant.segments.updateSegment(
            UpdateSegmentRequest.newBuilder()
                .setId(segment.getId())
                .setName("renamed")
                .setDescription("about")
                .setStatus(SegmentStatus.SEGMENT_STATUS_ARCHIVED)
                .build());
    assertThat(renamed)
        .isEqualTo(
            segment.toBuilder()
                .setName("renamed")
                .setDescription("about")
                .setStatus(SegmentStatus.SEGMENT_STATUS_ARCHIVED)
                .setUpdatedAt(now())
                .build());

    Segment redefined =
        tenant.segments.updateSegment(
            UpdateSegmentRequest.newBuilder()
                .setId(segment.getId())
                .setFilters(json("[{'field':'email','operator':'is_null'}]"))
                .setUpdateMask(
                    FieldMask.newBuilder()
                        .addPaths("id")
                        .addPaths("filters")
                        .addPaths("description"))
                .build());
    assertThat(redefined.getCustomerCount()).isEqualTo(2);
    assertThat(redefined.hasDescription()).isFalse();
    assertThat(redefined.getViewName()).isEqualTo(segment.getViewName());
    assertThat(get(segment)).isEqualTo(redefined);
    assertThat(members(segment)).containsExactly("CUST003", "CUST005");

    Segment cleared =
        tenant.segments.updateSegment(
            UpdateSegmentRequest.newBuilder()
                .setId(segment.getId())
                .setUpdateMask(FieldMask.newBuilder().addPaths("filters"))
                .build());
    assertThat(cleared.getFilters()).isEqualTo("[]");
    assertThat(cleared.getCustomerCount()).isEqualTo(5);
  }

  @Test
  void anotherBaseSchemaRebuildsTheViewAndKeepsThoseBuiltOnIt() {
    Segment inner = tenant.segment(customers, HIGH_VALUE);
    Segment outer =
        tenant.segment(
            customers, "[{'field':'segment','operator':'not_in','value':'" + inner.getId() + "'}]");
    assertThat(members(outer)).containsExactly("CUST002", "CUST003", "CUST005");
    Schema people = tenant.schema("people", "customer_id:text", "age:integer");
    tenant.insert(people, "[{'customer_id':'CUST002','age':1},{'customer_id':'CUST005','age':2}]");

    Segment moved =
        tenant.segments.updateSegment(
            UpdateSegmentRequest.newBuilder()
                .setId(inner.getId())
                .setBaseSchemaId(people.getId())
                .setFilters(json("[{'field':'age','operator':'gt','value':1}]"))
                .build());

    assertThat(moved.getBaseSchemaName()).isEqualTo("people");
    assertThat(moved.getCustomerCount()).isEqualTo(1);
    assertThat(moved.getViewName()).isEqualTo(inner.getViewName());
    assertThat(members(moved)).containsExactly("CUST005");
    assertThat(members(outer)).containsExactly("CUST001", "CUST002", "CUST003", "CUST004");
    assertThat(views()).doesNotContain(inner.getViewName() + "_old");
  }

  @Test
  void previewShowsTheFirstRowsOfTheBase() {
    Segment segment = tenant.segment(customers, HIGH_VALUE);

    assertThat(
            tenant.segments.previewSegment(
                PreviewSegmentRequest.newBuilder().setId(segment.getId()).build()))
        .isEqualTo(
            PreviewSegmentResponse.newBuilder()
                .setRows(
                    json(
                        "[{'id':'CUST001','email':'john@example.com','lifetime_value':15200.50},"
                            + "{'id':'CUST004','email':'eve@example.com','lifetime_value':20000}]"))
                .setCount(2)
                .build());
  }

  @Test
  void previewStopsAtTwentyRows() {
    StringBuilder rows = new StringBuilder("[");
    for (int id = 10; id < 50; id++) {
      rows.append("{'id':'X").append(id).append("'}").append(id < 49 ? "," : "]");
    }
    tenant.insert(customers, rows.toString());
    Segment segment =
        tenant.segment(customers, "[{'field':'id','operator':'starts_with','value':'X'}]");

    PreviewSegmentResponse preview =
        tenant.segments.previewSegment(
            PreviewSegmentRequest.newBuilder().setId(segment.getId()).build());

    assertThat(preview.getCount()).isEqualTo(20);
    assertThat(preview.getRows()).contains("X29").doesNotContain("X30");
  }

  @Test
  void anUnsavedDefinitionCanBeTried() {
    List<String> before = views();

    assertThat(
            tenant.segments.previewDefinition(
                PreviewDefinitionRequest.newBuilder()
                    .setBaseSchemaId(customers.getId())
                    .setFilters(json("[{'field':'email','operator':'is_null'}]"))
                    .build()))
        .isEqualTo(
            PreviewDefinitionResponse.newBuilder()
                .setRows(
                    json(
                        "[{'id':'CUST003','email':null,'lifetime_value':10000},"
                            + "{'id':'CUST005','email':null,'lifetime_value':null}]"))
                .setCount(2)
                .setCustomerCount(2)
                .build());
    assertThat(
            tenant.segments.previewDefinition(
                PreviewDefinitionRequest.newBuilder()
                    .setBaseSchemaId(customers.getId())
                    .setFilters(json("[{'field':'id','operator':'=','value':'nobody'}]"))
                    .build()))
        .isEqualTo(PreviewDefinitionResponse.newBuilder().setRows("[]").build());
    assertThat(views()).isEqualTo(before);
    assertThat(tenant.segments.listSegments(ListSegmentsRequest.getDefaultInstance()).getDataList())
        .isEmpty();
  }

  @Test
  void deleteDropsTheView() {
    Segment segment = tenant.segment(customers, HIGH_VALUE);

    tenant.segments.deleteSegment(DeleteSegmentRequest.newBuilder().setId(segment.getId()).build());

    assertThat(views()).doesNotContain(segment.getViewName());
    assertRefused(ErrorReason.ERROR_REASON_NOT_FOUND, () -> get(segment));
    assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () ->
            tenant.segments.deleteSegment(
                DeleteSegmentRequest.newBuilder().setId(segment.getId()).build()));
    assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        () -> tenant.segments.deleteSegment(DeleteSegmentRequest.getDefaultInstance()));
  }

  @Test
  void aSegmentInUseCannotBeDeleted() {
    Segment inner = tenant.segment(customers, HIGH_VALUE);
    Segment outer =
        tenant.segment(
            customers, "[{'field':'segment." + inner.getId() + "','operator':'=','value':true}]");

    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_IN_USE,
                    () ->
                        tenant.segments.deleteSegment(
                            DeleteSegmentRequest.newBuilder().setId(inner.getId()).build()))
                .message())
        .contains("segment:" + outer.getId());
    tenant.segments.deleteSegment(DeleteSegmentRequest.newBuilder().setId(outer.getId()).build());
    tenant.segments.deleteSegment(DeleteSegmentRequest.newBuilder().setId(inner.getId()).build());
  }

  @Test
  void aSegmentCannotBePartOfItself() {
    Segment first = tenant.segment(customers, HIGH_VALUE);
    Segment second =
        tenant.segment(
            customers, "[{'field':'segment','operator':'in','value':'" + first.getId() + "'}]");

    for (Segment inner : List.of(first, second)) {
      assertThat(
              assertRefused(
                      ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                      () ->
                          tenant.segments.updateSegment(
                              UpdateSegmentRequest.newBuilder()
                                  .setId(first.getId())
                                  .setFilters(
                                      json(
                                          "[{'not':{'field':'segment','operator':'in','value':'"
                                              + inner.getId()
                                              + "'}}]"))
                                  .build()))
                  .fields())
          .containsExactly("filters: would make the segment part of itself");
    }
    assertThat(get(first)).isEqualTo(first);
    assertThat(members(second)).containsExactly("CUST001", "CUST004");
  }

  @Test
  void nestingIsBounded() {
    Segment segment = tenant.segment(customers, HIGH_VALUE);
    for (int size = 1; size * 3 < 64; size = size * 3 + 1) {
      String use = "{'field':'segment','operator':'in','value':'" + segment.getId() + "'}";
      segment = tenant.segment(customers, "[{'or':[" + use + "," + use + "," + use + "]}]");
    }
    String id = segment.getId();

    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        tenant.segment(
                            customers,
                            "[{'field':'segment','operator':'in','value':['"
                                + id
                                + "','"
                                + id
                                + "']}]"))
                .message())
        .contains("at most 64");
  }

  @Test
  void failedDdlLeavesEverythingAsItWas() {
    Segment segment = tenant.segment(customers, HIGH_VALUE);
    service
        .database()
        .asOwner(
            owner -> owner.execute("revoke create on schema segment_view from sextant_segments"));
    try {
      assertRefused(ErrorReason.ERROR_REASON_INTERNAL, () -> tenant.segment(customers, HIGH_VALUE));
      assertRefused(
          ErrorReason.ERROR_REASON_INTERNAL,
          () ->
              tenant.segments.updateSegment(
                  UpdateSegmentRequest.newBuilder()
                      .setId(segment.getId())
                      .setName("changed")
                      .setFilters("[]")
                      .build()));
    } finally {
      service
          .database()
          .asOwner(
              owner -> owner.execute("grant create on schema segment_view to sextant_segments"));
    }
    assertThat(tenant.segments.listSegments(ListSegmentsRequest.getDefaultInstance()).getDataList())
        .containsExactly(segment);
    assertThat(members(segment)).containsExactly("CUST001", "CUST004");
  }

  @Test
  void overlapIsExactAndWarns() {
    Segment all = tenant.segment(customers, "[]");
    Segment high = tenant.segment(customers, HIGH_VALUE);
    Segment withMail = tenant.segment(customers, "[{'field':'email','operator':'exists'}]");
    Segment nobody = tenant.segment(customers, "[{'field':'id','operator':'=','value':'nobody'}]");

    CompareSegmentsResponse overlap =
        tenant.segments.compareSegments(
            CompareSegmentsRequest.newBuilder()
                .addSegmentIds(high.getId())
                .addSegmentIds(withMail.getId())
                .addSegmentIds(nobody.getId())
                .addSegmentIds(all.getId())
                .setSampleSize(100)
                .build());

    assertThat(overlap.getSegmentsList())
        .extracting(SegmentSize::getId, SegmentSize::getSize)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(high.getId(), 2L),
            org.assertj.core.groups.Tuple.tuple(withMail.getId(), 3L),
            org.assertj.core.groups.Tuple.tuple(nobody.getId(), 0L),
            org.assertj.core.groups.Tuple.tuple(all.getId(), 5L));
    assertThat(overlap.getOverlapsList())
        .extracting(SegmentOverlap::getCount, SegmentOverlap::getPercent)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(2L, 100),
            org.assertj.core.groups.Tuple.tuple(0L, 0),
            org.assertj.core.groups.Tuple.tuple(2L, 100),
            org.assertj.core.groups.Tuple.tuple(0L, 0),
            org.assertj.core.groups.Tuple.tuple(3L, 100),
            org.assertj.core.groups.Tuple.tuple(0L, 0));
    assertThat(overlap.getOverlaps(0).getSegmentsList())
        .containsExactly(high.getId(), withMail.getId());
    assertThat(overlap.getTotalUniqueCustomers()).isEqualTo(5);
    assertThat(overlap.getOverlapWarningsList()).hasSize(3);
    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        tenant.segments.compareSegments(
                            CompareSegmentsRequest.newBuilder()
                                .addSegmentIds(high.getId())
                                .addSegmentIds("other")
                                .build()))
                .fields())
        .containsExactly("segment_ids[1]: segment other not found");
  }

  @Test
  void pagesConcatenatedAreTheWholeListAlsoWhenSegmentsAreAdded() {
    List<String> ids = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      ids.add(tenant.segment(customers, "[]").getId());
    }
    List<String> listed = new ArrayList<>();
    ListSegmentsRequest.Builder request = ListSegmentsRequest.newBuilder().setLimit(2);
    ListSegmentsResponse page = tenant.segments.listSegments(request.build());
    assertThat(page.getPagination().getTotal()).isEqualTo(5);
    while (page.getPagination().getHasMore()) {
      page.getDataList().forEach(segment -> listed.add(segment.getId()));
      if (ids.size() == 5) {
        ids.add(tenant.segment(customers, "[]").getId());
      }
      request.setCursor(page.getPagination().getCursor());
      page = tenant.segments.listSegments(request.build());
    }
    page.getDataList().forEach(segment -> listed.add(segment.getId()));

    assertThat(listed).isEqualTo(ids);
    assertThat(page.getPagination().hasCursor()).isFalse();
    assertThat(
            tenant
                .segments
                .listSegments(ListSegmentsRequest.getDefaultInstance())
                .getPagination()
                .getLimit())
        .isEqualTo(20);
    assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        () -> tenant.segments.listSegments(ListSegmentsRequest.newBuilder().setLimit(101).build()));
    Tenant other = service.tenant();
    assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        () -> other.segments.listSegments(request.build()));
  }

  @Test
  void readersSeeOnlyTheSegmentsOfTheTenantTheySet() {
    Segment segment = tenant.segment(customers, HIGH_VALUE);
    String other = service.newTenant();
    for (String role : List.of("sextant_dashboard", "sextant_journeys")) {
      Database reader = service.login(role);
      String members = "select customer_id from segment_view." + segment.getViewName();
      List<String> seen = reader.inTenant(tenant.id, db -> column(db, members));
      List<String> seenByOther = reader.inTenant(other, db -> column(db, members));
      List<String> seenByNobody = reader.acrossTenants(db -> column(db, members));
      assertThat(seen).hasSize(2);
      assertThat(seenByOther).isEmpty();
      assertThat(seenByNobody).isEmpty();

      String views = "select view_name from segments.segment_v1";
      List<String> known = reader.inTenant(tenant.id, db -> column(db, views));
      List<String> knownByOther = reader.inTenant(other, db -> column(db, views));
      assertThat(known).containsExactly(segment.getViewName());
      assertThat(knownByOther).isEmpty();
    }
  }

  private static List<String> column(DSLContext db, String sql) {
    return db.fetch(sql).getValues(0, String.class);
  }

  private Segment get(Segment segment) {
    return tenant.segments.getSegment(
        GetSegmentRequest.newBuilder().setId(segment.getId()).build());
  }

  private List<String> members(Segment segment) {
    return service.members(tenant, segment);
  }

  private static List<String> views() {
    return service
        .database()
        .asOwner(
            owner ->
                owner
                    .fetch(
                        "select viewname::text from pg_views where schemaname = 'segment_view'"
                            + " order by 1")
                    .getValues(0, String.class));
  }

  private static Timestamp now() {
    return Timestamp.newBuilder().setSeconds(service.clock.instant().getEpochSecond()).build();
  }
}
