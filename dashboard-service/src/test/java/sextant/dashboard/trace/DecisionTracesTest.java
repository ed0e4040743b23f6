package sextant.dashboard.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.dashboard.DashboardExtension;
import sextant.dashboard.v1.ContactPolicyResult;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.DecisionTracesServiceGrpc;
import sextant.dashboard.v1.DecisionTracesServiceGrpc.DecisionTracesServiceBlockingStub;
import sextant.dashboard.v1.DeleteEntryRequest;
import sextant.dashboard.v1.ImportDecisionTracesRequest;
import sextant.dashboard.v1.ImportDecisionTracesResponse;
import sextant.dashboard.v1.ListDecisionTracesRequest;
import sextant.dashboard.v1.ListDecisionTracesResponse;
import sextant.dashboard.v1.QualificationResult;
import sextant.dashboard.v1.RecordDecisionTracesRequest;
import sextant.dashboard.v1.RecordDecisionTracesResponse;
import sextant.dashboard.v1.RejectedDecisionTrace;
import sextant.dashboard.v1.ScoringResult;
import sextant.dashboard.v1.SelectedOffer;
import sextant.errors.v1.ErrorReason;
import sextant.kit.testing.RpcAssertions.Refusal;

final class DecisionTracesTest {

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  private static final ListDecisionTracesRequest FIRST_PAGE =
      ListDecisionTracesRequest.getDefaultInstance();

  private String tenant;

  @BeforeEach
  void newTenant() {
    tenant = dashboard.newTenant();
  }

  private DecisionTracesServiceBlockingStub traces(Role role) {
    return dashboard.as(DecisionTracesServiceGrpc::newBlockingStub, tenant, role);
  }

  private RecordDecisionTracesResponse record(DecisionTrace... traces) {
    return traces(Role.ROLE_EDITOR)
        .recordDecisionTraces(
            RecordDecisionTracesRequest.newBuilder().addAllTraces(List.of(traces)).build());
  }

  private static DecisionTrace trace(String id) {
    return DecisionTrace.newBuilder().setId(id).setCustomerId("cust").build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  private static ScoringResult scored(String offer, double score) {
    return ScoringResult.newBuilder().setOfferId(offer).setScore(score).build();
  }

  @Test
  void aTraceIsShownWithItsRanks() {
    DecisionTrace sent =
        trace("t1").toBuilder()
            .setDecisionFlowKey("flow")
            .setChannelId("ch")
            .setCreatedAt(timestamp(dashboard.clock.instant().minusSeconds(5)))
            .setTotalLatencyMs(45)
            .setDegradedScoring(true)
            .addQualificationResults(
                QualificationResult.newBuilder().setOfferId("a").setPassed(true))
            .addQualificationResults(
                QualificationResult.newBuilder()
                    .setOfferId("a")
                    .setPassed(false)
                    .setReason("too young"))
            .addContactPolicyResults(
                ContactPolicyResult.newBuilder()
                    .setOfferId("b")
                    .setPassed(false)
                    .setPolicyType("cooldown")
                    .setReason("asked"))
            .addScoringResults(scored("d", 0.25))
            .addScoringResults(scored("c", 0.25))
            .addScoringResults(scored("b", 1).toBuilder().setRank(7))
            .addSelectedOffers(
                SelectedOffer.newBuilder().setOfferId("c").setRank(1).setCreativeId("cr"))
            .build();

    DecisionTrace stored = record(sent).getData(0);

    assertThat(stored)
        .isEqualTo(
            sent.toBuilder()
                .removeQualificationResults(0)
                .clearScoringResults()
                .addScoringResults(scored("b", 1).toBuilder().setRank(7))
                .addScoringResults(scored("c", 0.25).toBuilder().setRank(2))
                .addScoringResults(scored("d", 0.25).toBuilder().setRank(3))
                .build());
    assertThat(traces(Role.ROLE_VIEWER).listDecisionTraces(FIRST_PAGE).getDataList())
        .containsExactly(stored);
  }

  @Test
  void aTraceGetsAnIdAndATime() {
    DecisionTrace stored =
        record(DecisionTrace.newBuilder().setCustomerId("cust").build()).getData(0);

    assertThat(stored.getId()).hasSize(36);
    assertThat(stored.getCreatedAt()).isEqualTo(timestamp(dashboard.clock.instant()));
  }

  @Test
  void aTraceFromAClockThatIsAheadIsFromNow() {
    Instant ahead = dashboard.clock.instant().plus(Duration.ofHours(24));

    DecisionTrace stored =
        record(trace("t").toBuilder().setCreatedAt(timestamp(ahead)).build()).getData(0);

    assertThat(stored.getCreatedAt()).isEqualTo(timestamp(dashboard.clock.instant()));
  }

  @Test
  void anIdCountsOnceWhoeverSendsItAndHoweverOften() {
    DecisionTrace first = trace("t1").toBuilder().setTotalLatencyMs(1).build();
    DecisionTrace again = first.toBuilder().setTotalLatencyMs(2).build();
    DecisionTrace elsewhere = again.toBuilder().setCustomerId("other").build();

    RecordDecisionTracesResponse both = record(first, again, trace("t2"));
    RecordDecisionTracesResponse repeated = record(elsewhere, trace("t3"));

    assertThat(both.getRecorded()).isEqualTo(2);
    assertThat(both.getDuplicates()).isEqualTo(1);
    assertThat(both.getData(1)).isEqualTo(both.getData(0));
    assertThat(repeated.getRecorded()).isEqualTo(1);
    assertThat(repeated.getDuplicates()).isEqualTo(1);
    assertThat(repeated.getData(0)).isEqualTo(both.getData(0));
    assertThat(traces(Role.ROLE_VIEWER).listDecisionTraces(FIRST_PAGE).getDataList())
        .extracting(DecisionTrace::getId)
        .containsExactlyInAnyOrder("t1", "t2", "t3");
  }

  @Test
  void pagesTogetherAreTheWholeListNewestFirst() {
    List<DecisionTrace> all = new ArrayList<>();
    for (int number = 0; number < 45; number++) {
      all.add(
          trace("t%02d".formatted(number)).toBuilder()
              .setCustomerId("cust" + number % 2)
              .setCreatedAt(
                  timestamp(dashboard.clock.instant().minus(Duration.ofSeconds(number / 10))))
              .build());
    }
    record(all.reversed().toArray(DecisionTrace[]::new));

    assertThat(pages(""))
        .containsExactlyElementsOf(all.stream().map(DecisionTrace::getId).toList());
    assertThat(pages("cust1"))
        .containsExactlyElementsOf(
            all.stream()
                .filter(trace -> trace.getCustomerId().equals("cust1"))
                .map(DecisionTrace::getId)
                .toList());
  }

  private List<String> pages(String customer) {
    List<String> seen = new ArrayList<>();
    ListDecisionTracesRequest.Builder request = ListDecisionTracesRequest.newBuilder();
    if (!customer.isEmpty()) {
      request.setCustomerId(customer);
    }
    ListDecisionTracesResponse page;
    do {
      page = traces(Role.ROLE_VIEWER).listDecisionTraces(request.build());
      page.getDataList().forEach(trace -> seen.add(trace.getId()));
      assertThat(page.getPagination().getTotal()).isEqualTo(customer.isEmpty() ? 45 : 22);
      request.setCursor(page.getPagination().getCursor());
    } while (page.getPagination().getHasMore());
    return seen;
  }

  @Test
  void aCursorContinuesOnlyItsOwnList() {
    record(IntStream.range(0, 3).mapToObj(n -> trace("t" + n)).toArray(DecisionTrace[]::new));
    String cursor =
        traces(Role.ROLE_VIEWER)
            .listDecisionTraces(ListDecisionTracesRequest.newBuilder().setLimit(1).build())
            .getPagination()
            .getCursor();

    assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        () ->
            traces(Role.ROLE_VIEWER)
                .listDecisionTraces(
                    ListDecisionTracesRequest.newBuilder()
                        .setCustomerId("cust")
                        .setCursor(cursor)
                        .build()));
  }

  @Test
  void allFaultsOfACallAreNamedAndNothingIsRecorded() {
    Instant tooFar = dashboard.clock.instant().plus(Duration.ofHours(24)).plusSeconds(1);

    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () ->
                record(
                    trace("ok"),
                    trace("t1").toBuilder().setCreatedAt(timestamp(tooFar)).build(),
                    trace("t2").toBuilder()
                        .addScoringResults(scored("a", 0.1))
                        .addScoringResults(scored("b", 0.1))
                        .addScoringResults(scored("a", 0.2))
                        .build()));

    assertThat(refusal.fields())
        .containsExactly(
            "traces[1].created_at: must be at most 24 hours in the future",
            "traces[2].scoring_results[2].offer_id: must not come twice in one trace");
    assertThat(traces(Role.ROLE_VIEWER).listDecisionTraces(FIRST_PAGE).getDataList()).isEmpty();
    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        record(
                            trace("t").toBuilder()
                                .addScoringResults(scored("a", 1.5))
                                .addSelectedOffers(SelectedOffer.newBuilder().setOfferId("a"))
                                .build()))
                .fields())
        .extracting(fault -> fault.substring(0, fault.indexOf(':')))
        .containsExactly("traces[0].scoring_results[0].score", "traces[0].selected_offers[0].rank");
  }

  @Test
  void aDeletedTraceCountsNowhere() {
    record(
        trace("t1").toBuilder()
            .setTotalLatencyMs(10)
            .addScoringResults(scored("a", 0.5))
            .addScoringResults(scored("b", 0.4))
            .addSelectedOffers(SelectedOffer.newBuilder().setOfferId("a").setRank(1))
            .build());

    traces(Role.ROLE_ADMIN).deleteDecisionTrace(entry("t1"));

    assertThat(traces(Role.ROLE_VIEWER).listDecisionTraces(FIRST_PAGE).getDataList()).isEmpty();
    assertThat(DailyCountsOracle.differences(dashboard.database(), tenant)).isEmpty();
    assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () -> traces(Role.ROLE_ADMIN).deleteDecisionTrace(entry("t1")));
  }

  private static DeleteEntryRequest entry(String id) {
    return DeleteEntryRequest.newBuilder().setId(id).build();
  }

  @Test
  void rolesAndTenantsAreKeptApart() {
    record(trace("t1"));
    assertRefused(
        ErrorReason.ERROR_REASON_ROLE_TOO_LOW,
        () ->
            traces(Role.ROLE_VIEWER)
                .recordDecisionTraces(
                    RecordDecisionTracesRequest.newBuilder().addTraces(trace("t2")).build()));
    assertRefused(
        ErrorReason.ERROR_REASON_ROLE_TOO_LOW,
        () -> traces(Role.ROLE_EDITOR).deleteDecisionTrace(entry("t1")));

    tenant = dashboard.newTenant();
    assertThat(traces(Role.ROLE_VIEWER).listDecisionTraces(FIRST_PAGE).getDataList()).isEmpty();
    assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () -> traces(Role.ROLE_ADMIN).deleteDecisionTrace(entry("t1")));
    assertThat(record(trace("t1")).getRecorded()).isEqualTo(1);
  }

  @Test
  void aStreamRejectsOneByOne() {
    ImportDecisionTracesResponse result =
        stream(
            List.of(
                List.of(trace("t0"), trace("t1"), DecisionTrace.newBuilder().setId("t2").build()),
                List.of(trace("t1"), trace("t3")),
                List.of(
                    trace("t4").toBuilder().addScoringResults(scored("a", 7)).build(),
                    trace("t5\0"))));

    assertThat(result)
        .isEqualTo(
            ImportDecisionTracesResponse.newBuilder()
                .setRecorded(3)
                .setDuplicates(1)
                .setRejectedTotal(3)
                .addRejected(rejected(result, 0, 2, "customer_id"))
                .addRejected(rejected(result, 1, 5, "scoring_results[0].score"))
                .addRejected(rejected(result, 2, 6, "id"))
                .build());
    assertThat(result.getRejectedList()).allMatch(found -> !found.getReason().isEmpty());
  }

  private static RejectedDecisionTrace rejected(
      ImportDecisionTracesResponse result, int position, long index, String field) {
    return RejectedDecisionTrace.newBuilder()
        .setIndex(index)
        .setField(field)
        .setReason(result.getRejected(position).getReason())
        .build();
  }

  private ImportDecisionTracesResponse stream(List<List<DecisionTrace>> messages) {
    CompletableFuture<ImportDecisionTracesResponse> answer = new CompletableFuture<>();
    var requests =
        dashboard
            .as(DecisionTracesServiceGrpc::newStub, tenant, Role.ROLE_EDITOR)
            .importDecisionTraces(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ImportDecisionTracesResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    for (List<DecisionTrace> message : messages) {
      requests.onNext(ImportDecisionTracesRequest.newBuilder().addAllTraces(message).build());
    }
    requests.onCompleted();
    return answer.join();
  }

  /// The same hundred traces from four callers at once, in different orders.
  @Test
  void concurrentCallersCountEachTraceOnce() throws Exception {
    List<DecisionTrace> all =
        IntStream.range(0, 100)
            .mapToObj(
                number ->
                    trace("t" + number).toBuilder()
                        .setCustomerId("cust" + number % 7)
                        .setTotalLatencyMs(number % 5)
                        .addScoringResults(scored("a" + number % 3, 0.5))
                        .addScoringResults(scored("b" + number % 3, 0.4))
                        .addSelectedOffers(
                            SelectedOffer.newBuilder().setOfferId("a" + number % 3).setRank(1))
                        .build())
            .toList();
    List<CompletableFuture<Integer>> recorded = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < 4; caller++) {
        List<DecisionTrace> order = new ArrayList<>(all);
        java.util.Collections.shuffle(order, new java.util.Random(caller));
        recorded.add(
            CompletableFuture.supplyAsync(
                () ->
                    IntStream.range(0, 10)
                        .map(
                            batch ->
                                record(
                                        order
                                            .subList(batch * 10, batch * 10 + 10)
                                            .toArray(DecisionTrace[]::new))
                                    .getRecorded())
                        .sum(),
                callers));
      }
    }

    assertThat(recorded.stream().mapToInt(CompletableFuture::join).sum()).isEqualTo(100);
    assertThat(DailyCountsOracle.differences(dashboard.database(), tenant)).isEmpty();
  }
}
