package sextant.journeys;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Json;
import sextant.journeys.graph.PlanReader;
import sextant.journeys.graph.Simulation;
import sextant.journeys.v1.SimulatedStep;
import sextant.journeys.v1.TestJourneyRequest;
import sextant.journeys.v1.TestJourneyResponse;
import sextant.kit.rpc.Timestamps;

/// Walks a customer who need not exist through a journey, by the code that walks real ones.
final class TestWalk {

  private TestWalk() {}

  static TestJourneyResponse of(JourneyRow journey, TestJourneyRequest request, Instant start) {
    PlanReader.Reading reading = journey.content().read();
    Simulation.Result result =
        Simulation.run(
            reading.plan(),
            new Facts(
                request.hasCustomerAttributes()
                    ? Json.object(request.getCustomerAttributes())
                    : Map.of()),
            start,
            Duration.ofDays(journey.content().maxDurationDays()));
    TestJourneyResponse.Builder response =
        TestJourneyResponse.newBuilder().setOutcome(result.outcome());
    for (var step : result.steps()) {
      response.addSteps(
          SimulatedStep.newBuilder()
              .setNodeId(step.nodeId())
              .setNodeType(reading.plan().graph().typeOf(step.nodeId()))
              .setDecision(step.decision())
              // Distinct, so that the steps keep their order wherever they are sorted by time.
              .setTimestamp(Timestamps.of(start.plusMillis(step.stepNo() - 1L))));
    }
    return response.build();
  }
}
