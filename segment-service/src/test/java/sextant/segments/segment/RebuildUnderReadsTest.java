package sextant.segments.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.segments.Tenant.field;
import static sextant.segments.Tenant.json;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jooq.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.kit.db.Database;
import sextant.segments.SegmentsExtension;
import sextant.segments.Tenant;
import sextant.segments.v1.CheckMembershipRequest;
import sextant.segments.v1.CheckMembershipResponse;
import sextant.segments.v1.PreviewSegmentRequest;
import sextant.segments.v1.Schema;
import sextant.segments.v1.Segment;
import sextant.segments.v1.UpdateSchemaRequest;
import sextant.segments.v1.UpdateSegmentRequest;

/// While a segment is rebuilt in every way there is, whoever reads it sees it before or after.
class RebuildUnderReadsTest {

  @RegisterExtension static final SegmentsExtension service = new SegmentsExtension();

  private static final int REBUILDS = 40;
  private static final int READS_BETWEEN = 10;
  private static final int READS_PER_SECOND = 200;

  private static final String RICH = "[{'field':'value','operator':'>','value':100}]";
  private static final String POOR = "[{'field':'value','operator':'<=','value':100}]";
  private static final String ADULTS = "[{'field':'age','operator':'gte','value':18}]";

  private final Tenant tenant = service.tenant();
  private final Database dashboard = service.login("sextant_dashboard");
  private final Semaphore reads = new Semaphore(0);
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  @Test
  void noReadFailsOrSeesAnythingBetweenTwoDefinitions() throws Exception {
    Schema customers = tenant.schema("customers", "id:text", "value:number");
    tenant.insert(
        customers,
        "[{'id':'a','value':1},{'id':'b','value':2},{'id':'c','value':101},{'id':'d','value':102},"
            + "{'id':'e','value':103}]");
    Schema people = tenant.schema("people", "customer_id:text", "age:integer");
    tenant.insert(people, "[{'customer_id':'a','age':17},{'customer_id':'e','age':18}]");
    Segment segment = tenant.segment(customers, RICH);
    Segment others =
        tenant.segment(
            customers,
            "[{'field':'segment','operator':'not_in','value':'" + segment.getId() + "'}]");

    ScheduledExecutorService readers = Executors.newScheduledThreadPool(4);
    try {
      readers.scheduleAtFixedRate(
          () -> counted(() -> readViews(segment, others)),
          0,
          2_000_000 / READS_PER_SECOND,
          TimeUnit.MICROSECONDS);
      readers.scheduleAtFixedRate(
          () -> counted(() -> callService(segment)),
          0,
          2_000_000 / READS_PER_SECOND,
          TimeUnit.MICROSECONDS);
      for (int rebuild = 0; rebuild < REBUILDS && failures.isEmpty(); rebuild++) {
        switch (rebuild % 4) {
          case 0 -> redefine(segment, customers, POOR);
          case 1 -> addField(customers, "added" + rebuild);
          case 2 -> redefine(segment, people, ADULTS);
          default -> redefine(segment, customers, RICH);
        }
        assertThat(reads.tryAcquire(READS_BETWEEN, 30, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      readers.shutdown();
      assertThat(readers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(failures).isEmpty();
    assertThat(seen).containsExactlyInAnyOrder("cde", "ab", "e");
  }

  private interface Read {
    void run();
  }

  private void counted(Read read) {
    try {
      read.run();
    } catch (Throwable failure) {
      failures.add(failure);
    }
    reads.release();
  }

  /// A segment and the one that is defined by it, in one statement: together they are everybody.
  private void readViews(Segment segment, Segment others) {
    String members = "select string_agg(customer_id, '' order by customer_id) from segment_view.";
    String sql =
        "select (%s%s), (%s%s)"
            .formatted(members, segment.getViewName(), members, others.getViewName());
    Record sets = dashboard.inTenant(tenant.id, db -> db.fetchSingle(sql));
    seen.add(sets.get(0, String.class));
    assertThat((sets.get(0, String.class) + sets.get(1, String.class)).split(""))
        .containsExactlyInAnyOrder("a", "b", "c", "d", "e");
  }

  private void callService(Segment segment) {
    CheckMembershipResponse response =
        tenant.membership.checkMembership(
            CheckMembershipRequest.newBuilder()
                .addSegmentIds(segment.getId())
                .addAllCustomerIds(List.of("a", "b", "c", "d", "e"))
                .build());
    seen.add(
        String.join("", response.getSegments(0).getCustomerIdsList().stream().sorted().toList()));
    int rows =
        tenant
            .segments
            .previewSegment(PreviewSegmentRequest.newBuilder().setId(segment.getId()).build())
            .getCount();
    assertThat(rows).isBetween(1, 3);
  }

  private void redefine(Segment segment, Schema base, String filters) {
    tenant.segments.updateSegment(
        UpdateSegmentRequest.newBuilder()
            .setId(segment.getId())
            .setBaseSchemaId(base.getId())
            .setFilters(json(filters))
            .build());
  }

  private void addField(Schema schema, String name) {
    tenant.schemas.updateSchema(
        UpdateSchemaRequest.newBuilder()
            .setId(schema.getId())
            .addFields(field(name + ":integer"))
            .build());
  }
}
