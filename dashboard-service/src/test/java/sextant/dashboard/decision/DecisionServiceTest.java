package sextant.dashboard.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.dashboard.DashboardExtension;
import sextant.dashboard.v1.Channel;
import sextant.dashboard.v1.ChannelsServiceGrpc;
import sextant.dashboard.v1.ContactPolicyResult;
import sextant.dashboard.v1.Creative;
import sextant.dashboard.v1.CreativesServiceGrpc;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.DecisionTracesServiceGrpc;
import sextant.dashboard.v1.EntryStatus;
import sextant.dashboard.v1.ListDecisionTracesRequest;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.OffersServiceGrpc;
import sextant.dashboard.v1.QualificationResult;
import sextant.dashboard.v1.ScoringResult;
import sextant.dashboard.v1.SelectedOffer;
import sextant.dashboard.v1.Suppression;
import sextant.dashboard.v1.SuppressionScope;
import sextant.dashboard.v1.SuppressionsServiceGrpc;
import sextant.dashboard.v1.UpsertChannelsRequest;
import sextant.dashboard.v1.UpsertCreativesRequest;
import sextant.dashboard.v1.UpsertOffersRequest;
import sextant.dashboard.v1.UpsertSuppressionsRequest;
import sextant.decisions.v1.DecideRequest;
import sextant.decisions.v1.DecideResponse;
import sextant.decisions.v1.DecidedOffer;
import sextant.decisions.v1.DecisionServiceGrpc;
import sextant.errors.v1.ErrorReason;

final class DecisionServiceTest {

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  private String tenant;

  @BeforeEach
  void newTenant() {
    tenant = dashboard.newTenant();
    offer("gold", 90, "cards");
    offer("silver", 60, "cards");
    offer("loan", 60, "loans");
    creative("cr-gold", "gold", "ch-email");
    creative("cr-silver", "silver", "ch-email");
    creative("cr-loan-b", "loan", "ch-app");
    creative("cr-loan-a", "loan", "ch-app");
    dashboard
        .as(ChannelsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .upsertChannels(
            UpsertChannelsRequest.newBuilder()
                .addChannels(Channel.newBuilder().setId("ch-email").setName("email"))
                .build());
  }

  private void offer(String id, int priority, String category) {
    dashboard
        .as(OffersServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .upsertOffers(
            UpsertOffersRequest.newBuilder()
                .addOffers(
                    Offer.newBuilder()
                        .setId(id)
                        .setName(id)
                        .setPriority(priority)
                        .setCategoryId(category))
                .build());
  }

  private void creative(String id, String offer, String channel) {
    dashboard
        .as(CreativesServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .upsertCreatives(
            UpsertCreativesRequest.newBuilder()
                .addCreatives(
                    Creative.newBuilder().setId(id).setOfferId(offer).setChannelId(channel))
                .build());
  }

  private void suppress(SuppressionScope scope, String scopeId, long secondsLeft) {
    dashboard
        .as(SuppressionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .upsertSuppressions(
            UpsertSuppressionsRequest.newBuilder()
                .addSuppressions(
                    Suppression.newBuilder()
                        .setCustomerId("anna")
                        .setScope(scope)
                        .setScopeId(scopeId)
                        .setPolicyType("cooldown")
                        .setExpiresAt(
                            Timestamp.newBuilder()
                                .setSeconds(
                                    dashboard.clock.instant().getEpochSecond() + secondsLeft)))
                .build());
  }

  private static DecideRequest.Builder anna(String key) {
    return DecideRequest.newBuilder().setCustomerId("anna").setIdempotencyKey(key);
  }

  private DecideResponse decide(DecideRequest.Builder request) {
    return dashboard
        .as(DecisionServiceGrpc::newBlockingStub, tenant, Role.ROLE_SERVICE)
        .decide(request.build());
  }

  private List<DecisionTrace> traces() {
    return dashboard
        .as(DecisionTracesServiceGrpc::newBlockingStub, tenant, Role.ROLE_VIEWER)
        .listDecisionTraces(ListDecisionTracesRequest.getDefaultInstance())
        .getDataList();
  }

  @Test
  void theHighestPriorityWins() {
    DecideResponse answer = decide(anna("k"));

    assertThat(answer.getOffer())
        .isEqualTo(
            DecidedOffer.newBuilder()
                .setOfferId("gold")
                .setCreativeId("cr-gold")
                .setChannelId("ch-email")
                .setScore(0.9)
                .setRank(1)
                .build());
    assertThat(traces())
        .containsExactly(
            DecisionTrace.newBuilder()
                .setId(answer.getDecisionId())
                .setCustomerId("anna")
                .setDecisionFlowKey("default-flow")
                .setChannelId("ch-email")
                .setCreatedAt(
                    Timestamp.newBuilder().setSeconds(dashboard.clock.instant().getEpochSecond()))
                .setTotalLatencyMs(0)
                .setDegradedScoring(false)
                .addQualificationResults(passed("gold"))
                .addQualificationResults(passed("loan"))
                .addQualificationResults(passed("silver"))
                .addContactPolicyResults(allowed("gold"))
                .addContactPolicyResults(allowed("loan"))
                .addContactPolicyResults(allowed("silver"))
                .addScoringResults(scored("gold", 0.9, 1))
                .addScoringResults(scored("loan", 0.6, 2))
                .addScoringResults(scored("silver", 0.6, 3))
                .addSelectedOffers(
                    SelectedOffer.newBuilder()
                        .setOfferId("gold")
                        .setRank(1)
                        .setCreativeId("cr-gold"))
                .build());
  }

  private static QualificationResult passed(String offer) {
    return QualificationResult.newBuilder().setOfferId(offer).setPassed(true).build();
  }

  private static ContactPolicyResult allowed(String offer) {
    return ContactPolicyResult.newBuilder().setOfferId(offer).setPassed(true).build();
  }

  private static ScoringResult scored(String offer, double score, int rank) {
    return ScoringResult.newBuilder().setOfferId(offer).setScore(score).setRank(rank).build();
  }

  @Test
  void onlyOffersWithACreativeOnTheChannelAreChosen() {
    assertThat(decide(anna("by id").setChannel("ch-app")).getOffer().getCreativeId())
        .isEqualTo("cr-loan-a");
    assertThat(decide(anna("by name").setChannel("email")).getOffer().getOfferId())
        .isEqualTo("gold");
    assertThat(decide(anna("nobody is there").setChannel("sms")).hasOffer()).isFalse();
    assertThat(traces().stream().filter(trace -> trace.getChannelId().equals("ch-app")).findAny())
        .get()
        .extracting(trace -> trace.getQualificationResults(0))
        .isEqualTo(
            QualificationResult.newBuilder()
                .setOfferId("gold")
                .setPassed(false)
                .setReason("no active creative on the channel")
                .build());
  }

  @Test
  void suppressedOffersAreNot() {
    suppress(SuppressionScope.SUPPRESSION_SCOPE_OFFER, "gold", 60);
    assertThat(decide(anna("1")).getOffer().getOfferId()).isEqualTo("loan");

    suppress(SuppressionScope.SUPPRESSION_SCOPE_CATEGORY, "loans", 60);
    assertThat(decide(anna("2")).getOffer().getOfferId()).isEqualTo("silver");

    suppress(SuppressionScope.SUPPRESSION_SCOPE_GLOBAL, "all", 60);
    assertThat(decide(anna("3")).hasOffer()).isFalse();
    assertThat(traces().getLast().getContactPolicyResultsList())
        .isNotEmpty()
        .extracting(ContactPolicyResult::getPolicyType)
        .contains("cooldown");
    assertThat(decide(anna("4").setCustomerId("bert")).getOffer().getOfferId()).isEqualTo("gold");
  }

  @Test
  void expiredSuppressionsDoNotCount() {
    suppress(SuppressionScope.SUPPRESSION_SCOPE_GLOBAL, "all", 0);

    assertThat(decide(anna("k")).getOffer().getOfferId()).isEqualTo("gold");
  }

  @Test
  void inactiveOffersAndCreativesAreOut() {
    dashboard
        .as(OffersServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .upsertOffers(
            UpsertOffersRequest.newBuilder()
                .addOffers(
                    Offer.newBuilder()
                        .setId("gold")
                        .setName("gold")
                        .setStatus(EntryStatus.ENTRY_STATUS_PAUSED))
                .build());
    dashboard
        .as(CreativesServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .upsertCreatives(
            UpsertCreativesRequest.newBuilder()
                .addCreatives(
                    Creative.newBuilder()
                        .setId("cr-silver")
                        .setOfferId("silver")
                        .setChannelId("ch-email")
                        .setStatus(EntryStatus.ENTRY_STATUS_ARCHIVED))
                .build());

    assertThat(decide(anna("k").setChannel("ch-email")).hasOffer()).isFalse();
  }

  @Test
  void aRepeatedKeyGivesTheFirstAnswer() {
    DecideResponse first = decide(anna("k").setDecisionFlowKey("flow"));
    offer("gold", 0, "cards");
    dashboard.clock.advance(java.time.Duration.ofMinutes(1));

    assertThat(decide(anna("k").setDecisionFlowKey("flow"))).isEqualTo(first);
    assertThat(decide(anna("another")).getOffer().getOfferId()).isEqualTo("loan");
    assertThat(traces()).hasSize(2);
  }

  @Test
  void concurrentCallsWithOneKeyDecideOnce() {
    List<CompletableFuture<DecideResponse>> answers = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int caller = 0; caller < 8; caller++) {
        answers.add(CompletableFuture.supplyAsync(() -> decide(anna("k")), callers));
      }
    }

    assertThat(answers.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    assertThat(traces()).hasSize(1);
  }

  @Test
  void onlyServicesMayAsk() {
    assertRefused(
        ErrorReason.ERROR_REASON_ROLE_TOO_LOW,
        () ->
            dashboard
                .as(DecisionServiceGrpc::newBlockingStub, tenant, Role.ROLE_ADMIN)
                .decide(anna("k").build()));
  }
}
