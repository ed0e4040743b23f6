package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.decisions.v1.DecideResponse;
import sextant.decisions.v1.DecidedOffer;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.EnrollmentStep;

/// What nodes ask others: facts for splits, decisions; and what happens without an answer.
final class AskingTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private final Scenario scenario = new Scenario(mesh);

  @AfterEach
  void invariantsHold() {
    mesh.neighbours().down = false;
    mesh.drain();
    Invariants.check(mesh.database());
  }

  @Test
  void aSplitAsksForAttributesMetricsSegmentsAndDecisions() {
    String tenant = scenario.tenant;
    mesh.neighbours().addSegment(tenant, "seg-1", "seg_000000000001");
    mesh.neighbours().members(tenant, "seg-1").addAll(List.of("ada", "bob"));
    mesh.neighbours().setAttributes(tenant, "ada", "{\"plan\":\"pro\"}");
    mesh.neighbours().setAttributes(tenant, "bob", "{\"plan\":\"pro\"}");
    mesh.neighbours().setAttributes(tenant, "eve", "{\"plan\":\"pro\"}");
    mesh.neighbours().setMetric(tenant, "ada", "orders", "12.5");
    mesh.neighbours().setMetric(tenant, "bob", "orders", "12.4");
    mesh.neighbours().setMetric(tenant, "eve", "orders", "99");
    String journey =
        scenario.running(
            Definitions.flow()
                .node("in", "entry_trigger")
                .node(
                    "split",
                    "condition_split",
                    """
                    {"and":[{"field":"plan","value":"pro"},
                      {"field":"metric.orders","operator":">=","value":12.5},
                      {"field":"segment.seg-1","value":true},
                      {"field":"decision.offerId","operator":"is_null"}]}
                    """)
                .node("yes", "exit")
                .node("no", "exit")
                .edge("in", "split")
                .edge("split", "yes", "true")
                .edge("split", "no", "false")
                .json());

    scenario.enroll(journey, "ada", "bob", "eve", "stranger");

    assertThat(scenario.enrollment(journey, "ada").getNodeId()).isEqualTo("yes");
    assertThat(scenario.enrollment(journey, "bob").getNodeId()).isEqualTo("no");
    assertThat(scenario.enrollment(journey, "eve").getNodeId()).isEqualTo("no");
    assertThat(scenario.enrollment(journey, "stranger").getNodeId()).isEqualTo("no");
  }

  @Test
  void factsThatAreNotToBeHadAreWaitedForAndThenDoneWithout() {
    String journey =
        scenario.running(
            Definitions.flow()
                .node("in", "entry_trigger")
                .node("split", "condition_split", "{\"field\":\"vip\",\"value\":true}")
                .node("yes", "exit")
                .node("no", "exit")
                .edge("in", "split")
                .edge("split", "yes", "true")
                .edge("split", "no", "false")
                .json());
    mesh.neighbours().setAttributes(scenario.tenant, "ada", "{\"vip\":true}");
    mesh.neighbours().setAttributes(scenario.tenant, "bob", "{\"vip\":true}");
    mesh.neighbours().down = true;
    enrollWithoutFeed(journey, "ada");
    scenario.assertAt(journey, "ada", "split");

    mesh.neighbours().down = false;
    mesh.pass(Duration.ofSeconds(1));
    assertThat(scenario.enrollment(journey, "ada").getNodeId()).isEqualTo("yes");

    mesh.neighbours().down = true;
    enrollWithoutFeed(journey, "bob");
    for (int minute = 0; minute < 30; minute++) {
      mesh.clock.advance(Duration.ofMinutes(1));
      mesh.moveOnly();
    }
    assertThat(scenario.enrollment(journey, "bob").getNodeId()).isEqualTo("no");
  }

  private void enrollWithoutFeed(String journey, String customer) {
    mesh.journeys(scenario.tenant)
        .enrollCustomers(
            EnrollCustomersRequest.newBuilder().setId(journey).setCustomerId(customer).build());
    mesh.moveOnly();
  }

  @Test
  void aDecisionIsAskedForOnceAndGoesIntoTheDelivery() {
    scenario.logChannel("email");
    String journey = scenario.running(deciding("{\"decisionFlowKey\":\"retention\"}"));
    mesh.neighbours().arbiter =
        request ->
            DecideResponse.newBuilder()
                .setDecisionId("dec_" + request.getDecisionFlowKey())
                .setOffer(DecidedOffer.newBuilder().setOfferId("off_1").setScore(0.75).setRank(1))
                .build();
    int before = mesh.neighbours().decisions();

    scenario.enroll(journey, "ada");

    scenario.assertDone(journey, "ada");
    assertThat(mesh.neighbours().decisions()).isEqualTo(before + 1);
    EnrollmentStep step = scenario.enrollment(journey, "ada").getSteps(1);
    assertThat(step.getDecision()).isEqualTo("NBA decision requested (decision flow: retention)");
    assertThat(step.getDetail()).isEqualTo("offer off_1 decided");
    assertThat(body(journey, "ada"))
        .contains(
            "\"decision\":{\"decisionId\":\"dec_retention\",\"offerId\":\"off_1\",\"score\":0.75,"
                + "\"rank\":1}");
  }

  @Test
  void withoutADecisionInTimeTheFallbackIsTaken() {
    scenario.logChannel("email");
    String journey =
        scenario.running(deciding("{\"timeoutMs\":50,\"fallback\":{\"offerId\":\"off_0\"}}"));
    mesh.neighbours().arbiter =
        _ -> {
          throw Status.RESOURCE_EXHAUSTED.asRuntimeException();
        };

    scenario.enroll(journey, "ada");

    assertThat(scenario.enrollment(journey, "ada").getSteps(1).getDetail())
        .isEqualTo("fallback: the decision service failed with RESOURCE_EXHAUSTED");
    assertThat(body(journey, "ada")).contains("\"decision\":{\"offerId\":\"off_0\"}");
  }

  private static String deciding(String config) {
    return Definitions.flow()
        .node("in", "entry_trigger")
        .node("nba", "nba_decision", config)
        .node("send", "channel_action", "{\"channel\":\"email\"}")
        .node("out", "exit")
        .edge("in", "nba")
        .edge("nba", "send")
        .edge("send", "out")
        .json();
  }

  private String body(String journey, String customer) {
    String id = scenario.enrollment(journey, customer).getDeliveries(0).getId();
    return mesh.database()
        .asOwner(
            db ->
                db.fetchValue("select body from journeys.delivery where delivery_id = ?::uuid", id))
        .toString();
  }
}
