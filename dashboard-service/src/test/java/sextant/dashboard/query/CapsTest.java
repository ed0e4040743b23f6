package sextant.dashboard.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.dashboard.DashboardExtension;
import sextant.dashboard.v1.DashboardServiceGrpc;
import sextant.dashboard.v1.DashboardServiceGrpc.DashboardServiceBlockingStub;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.DecisionTracesServiceGrpc;
import sextant.dashboard.v1.GetSelectionFrequencyRequest;
import sextant.dashboard.v1.GetWhyNotRankedRequest;
import sextant.dashboard.v1.RecordDecisionTracesRequest;
import sextant.dashboard.v1.ScoringResult;
import sextant.dashboard.v1.SelectedOffer;

/// More traces than the types look at, many of them at the same instant.
final class CapsTest {

  private static final int TRACES = 11_000;

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  @Test
  void theNewestTracesAreLookedAt() {
    String tenant = dashboard.newTenant();
    World world = new World(dashboard.clock.instant());
    Random random = new Random(1);
    for (int number = 0; number < TRACES; number++) {
      // A hundred or so per minute: the oldest minute of a sample is never whole.
      DecisionTrace.Builder trace =
          DecisionTrace.newBuilder()
              .setId("t" + random.nextInt(1 << 30) + "-" + number)
              .setCustomerId("c" + random.nextInt(50))
              .setChannelId("ch" + random.nextInt(2))
              .setCreatedAt(
                  Timestamp.newBuilder()
                      .setSeconds(world.now.getEpochSecond() - 60L * random.nextInt(110)))
              .addScoringResults(
                  ScoringResult.newBuilder()
                      .setOfferId("o" + random.nextInt(3))
                      .setScore(random.nextDouble()));
      if (random.nextBoolean()) {
        trace.addSelectedOffers(
            SelectedOffer.newBuilder().setOfferId("o" + random.nextInt(3)).setRank(1));
      }
      world.traces.add(trace.build());
    }
    for (int start = 0; start < TRACES; start += 1_000) {
      dashboard
          .as(DecisionTracesServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
          .recordDecisionTraces(
              RecordDecisionTracesRequest.newBuilder()
                  .addAllTraces(world.traces.subList(start, start + 1_000))
                  .build());
    }
    DashboardServiceBlockingStub actual =
        dashboard.as(DashboardServiceGrpc::newBlockingStub, tenant, Role.ROLE_VIEWER);
    TraceOracle oracle = new TraceOracle(world);

    var selection = GetSelectionFrequencyRequest.newBuilder();
    assertThat(actual.getSelectionFrequency(selection.build()))
        .isEqualTo(oracle.selectionFrequency(selection.build()))
        .matches(answer -> answer.getTotalTraces() == 10_000);
    assertThat(actual.getSelectionFrequency(selection.setExact(true).build()))
        .isEqualTo(oracle.selectionFrequency(selection.build()))
        .matches(answer -> answer.getTotalTraces() == TRACES);
    assertThat(actual.getSelectionFrequency(selection.setExact(false).setChannelId("ch1").build()))
        .isEqualTo(oracle.selectionFrequency(selection.build()));

    var why = GetWhyNotRankedRequest.newBuilder().setOfferId("o1");
    assertThat(actual.getWhyNotRanked(why.build()))
        .isEqualTo(oracle.whyNotRanked(why.build()))
        .matches(answer -> answer.getSampleSize() == 1_000 && answer.getSampleCap() == 1_000);
    assertThat(actual.getWhyNotRanked(why.setExact(true).build()))
        .isEqualTo(oracle.whyNotRanked(why.build()))
        .matches(answer -> answer.getSampleSize() == TRACES && !answer.hasSampleCap());
  }
}
