package sextant.segments.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.segments.Tenant.field;
import static sextant.segments.Tenant.json;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.segments.SegmentsExtension;
import sextant.segments.Tenant;
import sextant.segments.v1.DeleteSchemaRequest;
import sextant.segments.v1.DeleteSegmentRequest;
import sextant.segments.v1.GetSegmentRequest;
import sextant.segments.v1.RefreshSegmentRequest;
import sextant.segments.v1.Schema;
import sextant.segments.v1.Segment;
import sextant.segments.v1.UpdateSchemaRequest;
import sextant.segments.v1.UpdateSegmentRequest;

/// Two changes at the same moment, each of them fine alone: one is refused, never both, never
/// neither, and what is left works.
class SimultaneousChangesTest {

  @RegisterExtension static final SegmentsExtension service = new SegmentsExtension();

  private static final int ROUNDS = 15;

  private final Tenant tenant = service.tenant();

  @Test
  void twoSegmentsCannotBecomePartOfEachOther() throws Exception {
    Schema customers = tenant.schema("customers", "id:text");
    for (int round = 0; round < ROUNDS; round++) {
      Segment one = tenant.segment(customers, "[]");
      Segment other = tenant.segment(customers, "[]");
      assertThat(together(() -> use(one, other), () -> use(other, one)))
          .containsExactlyInAnyOrder(Status.Code.OK, Status.Code.INVALID_ARGUMENT);
      service.members(tenant, one);
      service.members(tenant, other);
    }
  }

  @Test
  void aSegmentCannotBeDeletedWhileAnotherComesToNeedIt() throws Exception {
    Schema customers = tenant.schema("customers", "id:text");
    for (int round = 0; round < ROUNDS; round++) {
      Segment needed = tenant.segment(customers, "[]");
      Segment user = tenant.segment(customers, "[]");
      List<Status.Code> outcomes =
          together(
              () ->
                  tenant.segments.deleteSegment(
                      DeleteSegmentRequest.newBuilder().setId(needed.getId()).build()),
              () -> use(user, needed));
      assertThat(outcomes.stream().filter(Status.Code.OK::equals)).hasSize(1);
      service.members(tenant, user);
      assertThat(get(user).getFilters())
          .isEqualTo(outcomes.getLast() == Status.Code.OK ? using(needed) : "[]");
    }
  }

  @Test
  void aSchemaCannotBeDeletedWhileASegmentComesToNeedIt() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Schema schema = tenant.schema("customers" + round, "id:text");
      List<Status.Code> outcomes =
          together(
              () ->
                  tenant.schemas.deleteSchema(
                      DeleteSchemaRequest.newBuilder().setId(schema.getId()).build()),
              () -> tenant.segment(schema, "[]"));
      assertThat(outcomes.stream().filter(Status.Code.OK::equals)).hasSize(1);
    }
  }

  @Test
  void aFieldAddedMeanwhileIsInTheNewView() throws Exception {
    Schema customers = tenant.schema("customers", "id:text");
    for (int round = 0; round < ROUNDS; round++) {
      String added = "added" + round;
      assertThat(
              together(
                  () -> tenant.segment(customers, "[]"),
                  () ->
                      tenant.schemas.updateSchema(
                          UpdateSchemaRequest.newBuilder()
                              .setId(customers.getId())
                              .addFields(field(added + ":integer"))
                              .build())))
          .containsOnly(Status.Code.OK);
      assertThat(columnsOfViews(added)).containsOnly(true);
    }
  }

  /// Whether each view of the tenant has the column.
  private List<Boolean> columnsOfViews(String column) {
    String sql =
        "select exists (select from information_schema.columns where table_schema = 'segment_view'"
            + " and table_name = view_name and column_name = '%s') from segments.segment"
            + " where tenant_id = '%s'";
    return service
        .database()
        .asOwner(
            owner -> owner.fetch(sql.formatted(column, tenant.id)).getValues(0, Boolean.class));
  }

  @Test
  void aRefreshAndAChangeTakeTurns() throws Exception {
    Schema customers = tenant.schema("customers", "id:text");
    Segment segment = tenant.segment(customers, "[]");
    for (int round = 0; round < ROUNDS; round++) {
      String filters = round % 2 == 0 ? "[{'field':'id','operator':'is_null'}]" : "[]";
      assertThat(
              together(
                  () ->
                      tenant.segments.refreshSegment(
                          RefreshSegmentRequest.newBuilder().setId(segment.getId()).build()),
                  () ->
                      tenant.segments.updateSegment(
                          UpdateSegmentRequest.newBuilder()
                              .setId(segment.getId())
                              .setFilters(json(filters))
                              .build())))
          .containsOnly(Status.Code.OK);
    }
  }

  private Segment use(Segment segment, Segment used) {
    return tenant.segments.updateSegment(
        UpdateSegmentRequest.newBuilder().setId(segment.getId()).setFilters(using(used)).build());
  }

  private static String using(Segment used) {
    return json("[{'field':'segment','operator':'in','value':'" + used.getId() + "'}]");
  }

  private Segment get(Segment segment) {
    return tenant.segments.getSegment(
        GetSegmentRequest.newBuilder().setId(segment.getId()).build());
  }

  /// Starts both at the same moment; how they ended. A refusal is the caller's business, whatever
  /// the reason: anything but UNKNOWN or INTERNAL.
  private static List<Status.Code> together(Callable<?> one, Callable<?> other) throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Status.Code> first = threads.submit(() -> outcome(start, one));
      Future<Status.Code> second = threads.submit(() -> outcome(start, other));
      List<Status.Code> outcomes = List.of(first.get(), second.get());
      assertThat(outcomes).doesNotContain(Status.Code.UNKNOWN, Status.Code.INTERNAL);
      return outcomes;
    }
  }

  private static Status.Code outcome(CyclicBarrier start, Callable<?> change) throws Exception {
    start.await();
    try {
      change.call();
      return Status.Code.OK;
    } catch (StatusRuntimeException refused) {
      return refused.getStatus().getCode();
    }
  }
}
