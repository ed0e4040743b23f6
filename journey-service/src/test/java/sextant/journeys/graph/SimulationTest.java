package sextant.journeys.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SimulationTest {

  private static final Instant START = Instant.parse("2026-03-16T14:30:00Z");

  private static Simulation.Result run(String definition) {
    return run(definition, "{}");
  }

  private static Simulation.Result run(String definition, String attributes) {
    return Simulation.run(
        Plans.read(definition).plan(),
        new Facts(Json.object(Plans.json(attributes))),
        START,
        Duration.ofDays(30));
  }

  @Test
  void waitsDoNotWait() {
    Simulation.Result result =
        run(
            """
            {'nodes': [{'id': 'in', 'type': 'entry_trigger'},
               {'id': 'w1', 'type': 'wait', 'config': {'delayHours': 48}},
               {'id': 'w2', 'type': 'wait', 'config': {'waitForEvent': 'purchase'}},
               {'id': 'out', 'type': 'exit'}],
             'edges': [{'source': 'in', 'target': 'w1'}, {'source': 'w1', 'target': 'w2'},
               {'source': 'w2', 'target': 'out'}]}
            """);

    assertThat(result.outcome()).isEqualTo("completed");
    assertThat(result.steps().stream().map(Walk.Taken::decision))
        .isEqualTo(
            List.of(
                "customer enters journey",
                "wait 48 hours",
                "wait for event purchase",
                "journey complete"));
  }

  @Test
  void saysHowAWalkThatDoesNotCompleteEnds() {
    assertThat(run("{'nodes': [], 'edges': []}").outcome()).isEqualTo("no_entry");
    assertThat(run("{'nodes': [{'id': 'in', 'type': 'entry_trigger'}]}").outcome())
        .isEqualTo("incomplete");
    assertThat(
            run("""
                    {'nodes': [{'id': 'in', 'type': 'entry_trigger'},
                       {'id': 's', 'type': 'condition_split'}],
                     'edges': [{'source': 'in', 'target': 's'}]}
                    """)
                .outcome())
        .isEqualTo("incomplete");
    assertThat(
            run("""
                    {'nodes': [{'id': 'in', 'type': 'entry_trigger'},
                       {'id': 'w', 'type': 'wait', 'config': {'duration': 1, 'unit': 'minutes'}}],
                     'edges': [{'source': 'in', 'target': 'w'}, {'source': 'w', 'target': 'w'}]}
                    """)
                .outcome())
        .isEqualTo("max_steps_exceeded");
    assertThat(
            run("""
                    {'nodes': [{'id': 'in', 'type': 'entry_trigger'},
                       {'id': 'w', 'type': 'wait', 'config': {'delayHours': 7}}],
                     'edges': [{'source': 'in', 'target': 'w'}, {'source': 'w', 'target': 'w'}]}
                    """)
                .outcome())
        .isEqualTo("exited");
  }

  @Test
  void exitRulesActInTestsToo() {
    Plan plan =
        Plans.read(
                """
                {'nodes': [{'id': 'in', 'type': 'entry_trigger'}, {'id': 'out', 'type': 'exit'}],
                 'edges': [{'source': 'in', 'target': 'out'}]}
                """,
                Optional.empty(),
                Optional.of("[{'segmentId': 'churned', 'when': 'enters'}]"))
            .plan();

    assertThat(
            Simulation.run(
                    plan,
                    new Facts(Json.object("{\"segment.churned\": true}")),
                    START,
                    Duration.ofDays(30))
                .outcome())
        .isEqualTo("exited");
    assertThat(
            Simulation.run(
                    plan,
                    new Facts(Json.object("{\"segment.churned\": false}")),
                    START,
                    Duration.ofDays(30))
                .outcome())
        .isEqualTo("completed");
  }
}
