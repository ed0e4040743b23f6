package sextant.journeys.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StepTest {

  private static final Instant NOW = Instant.parse("2026-03-16T14:30:00Z");
  private static final Instant END = NOW.plus(Duration.ofDays(30));

  private static Plan waiting(String config) {
    return Plans.complete(
        """
        {'nodes': [{'id': 'in', 'type': 'entry_trigger'},
           {'id': 'wait', 'type': 'wait', 'config': %s},
           {'id': 'time', 'type': 'exit', 'config': {'reason': 'time'}},
           {'id': 'event', 'type': 'exit', 'config': {'reason': 'event'}}],
         'edges': [{'source': 'in', 'target': 'wait'},
           {'source': 'wait', 'target': 'time', 'label': 'timeout'},
           {'source': 'wait', 'target': 'event', 'label': 'event'}]}
        """
            .formatted(config));
  }

  private static Walk walk(Plan plan, State state, Instant now) {
    return Step.walk(
        plan, state, new Step.Given(now, END, Optional.of(Facts.NONE), Optional.empty()));
  }

  private static Walk enter(Plan plan) {
    return walk(plan, State.enter("in", NOW), NOW);
  }

  @Test
  void ofDelayDateAndEventTheFirstEndsTheWait() {
    Plan plan =
        waiting("{'delayHours': 10, 'until': '2026-03-16T20:00:00Z', 'waitForEvent': 'click'}");

    Walk begun = enter(plan);
    Instant until = Instant.parse("2026-03-16T20:00:00Z");
    assertThat(begun.stop()).isEqualTo(new Stop.Waiting(Optional.of(until)));
    assertThat(begun.steps()).hasSize(1);

    assertThat(walk(plan, begun.state(), until.minusMillis(1)).stop())
        .isEqualTo(new Stop.Waiting(Optional.of(until)));
    assertThat(walk(plan, begun.state(), until).stop()).isEqualTo(new Stop.Completed("time"));
    Walk clicked = walk(plan, begun.state().withArrived("click"), NOW.plusSeconds(1));
    assertThat(clicked.stop()).isEqualTo(new Stop.Completed("event"));
    assertThat(clicked.steps().getFirst())
        .isEqualTo(
            new Walk.Taken(
                2,
                "wait",
                "wait 10 hours or until 2026-03-16T20:00:00Z or for event click",
                "event click",
                NOW,
                NOW.plusSeconds(1)));
  }

  @Test
  void anotherEventEndsNoWaitAndIsForgotten() {
    Plan plan = waiting("{'delayHours': 10, 'waitForEvent': 'click'}");

    Walk still = walk(plan, enter(plan).state().withArrived("open"), NOW.plusSeconds(1));

    assertThat(still.stop()).isInstanceOf(Stop.Waiting.class);
    assertThat(still.state().arrived()).isEmpty();
    assertThat(still.steps()).isEmpty();
  }

  @Test
  void oneEventEndsOneWait() {
    Plan plan =
        Plans.complete(
            """
            {'nodes': [{'id': 'in', 'type': 'entry_trigger'},
               {'id': 'one', 'type': 'wait', 'config': {'waitForEvent': 'click'}},
               {'id': 'two', 'type': 'wait', 'config': {'waitForEvent': 'click'}},
               {'id': 'out', 'type': 'exit'}],
             'edges': [{'source': 'in', 'target': 'one'}, {'source': 'one', 'target': 'two'},
               {'source': 'two', 'target': 'out'}]}
            """);

    Walk walk = walk(plan, State.enter("in", NOW).withArrived("click"), NOW);

    assertThat(walk.state().nodeId()).isEqualTo("two");
    assertThat(walk.stop()).isEqualTo(new Stop.Waiting(Optional.empty()));
  }

  @Test
  void aWaitUntilAPastDateIsOverAtOnce() {
    assertThat(enter(waiting("{'until': '2020-01-01'}")).stop())
        .isEqualTo(new Stop.Completed("time"));
  }

  @Test
  void asksForFactsOnlyWhereANodeNeedsThem() {
    Plan plan =
        Plans.complete(
            """
            {'nodes': [{'id': 'in', 'type': 'entry_trigger'},
               {'id': 'split', 'type': 'condition_split',
                'config': {'field': 'age', 'operator': 'gt', 'value': 17}},
               {'id': 'nba', 'type': 'nba_decision'},
               {'id': 'send', 'type': 'channel_action', 'config': {'channel': 'email'}},
               {'id': 'out', 'type': 'exit'}],
             'edges': [{'source': 'in', 'target': 'split'},
               {'source': 'split', 'target': 'nba', 'label': 'true'},
               {'source': 'split', 'target': 'out', 'label': 'false'},
               {'source': 'nba', 'target': 'send'}, {'source': 'send', 'target': 'out'}]}
            """);

    Walk first =
        Step.walk(
            plan,
            State.enter("in", NOW),
            new Step.Given(NOW, END, Optional.empty(), Optional.empty()));
    assertThat(first.stop()).isEqualTo(new Stop.NeedsFacts());
    assertThat(first.reached()).isEqualTo(List.of("split"));

    Optional<Facts> adult = Optional.of(new Facts(Json.object("{\"age\": 18}")));
    Walk second = Step.walk(plan, first.state(), new Step.Given(NOW, END, adult, Optional.empty()));
    assertThat(second.stop()).isInstanceOf(Stop.NeedsDecision.class);

    Map<String, Object> offer = Map.of("offerId", "off_1");
    Walk third =
        Step.walk(
            plan,
            second.state(),
            new Step.Given(
                NOW, END, adult, Optional.of(new Step.Choice(offer, "offer off_1 decided"))));
    assertThat(third.stop()).isEqualTo(new Stop.Completed("journey complete"));
    assertThat(third.sendings()).isEqualTo(List.of(new Walk.Sending(4, "send", "email", offer)));
    assertThat(third.steps().getFirst().detail()).isEqualTo("offer off_1 decided");
  }

  @Test
  void whoMustLeaveLeavesBeforeAnythingElse() {
    PlanReader.Reading reading =
        Plans.read(
            """
            {'nodes': [{'id': 'in', 'type': 'entry_trigger'},
               {'id': 'send', 'type': 'channel_action', 'config': {'channel': 'email'}},
               {'id': 'out', 'type': 'exit'}],
             'edges': [{'source': 'in', 'target': 'send'}, {'source': 'send', 'target': 'out'}]}
            """,
            Optional.empty(),
            Optional.of("[{'condition': {'field': 'churned', 'operator': 'eq', 'value': true}}]"));
    assertThat(reading.faults().all()).isEmpty();

    Walk walk =
        Step.walk(
            reading.plan(),
            State.enter("in", NOW),
            new Step.Given(
                NOW,
                END,
                Optional.of(new Facts(Json.object("{\"churned\": true}"))),
                Optional.empty()));

    assertThat(walk.stop()).isEqualTo(new Stop.Exited("exit rule: condition met"));
    assertThat(walk.sendings()).isEmpty();
    assertThat(walk.steps())
        .isEqualTo(
            List.of(new Walk.Taken(1, "in", "left", "exited: exit rule: condition met", NOW, NOW)));
  }

  @Test
  void nobodyStaysLongerThanAllowed() {
    Plan plan = waiting("{'delayHours': 8760, 'waitForEvent': 'click'}");

    Walk late = walk(plan, enter(plan).state(), END);

    assertThat(late.stop()).isEqualTo(new Stop.Exited("maximum duration reached"));
    assertThat(late.steps().getFirst().decision()).isEqualTo("wait 8760 hours or for event click");
  }

  @Test
  void aSpinningGraphIsCutOff() {
    Plan spinning =
        Plans.read(
                """
                {'nodes': [{'id': 'in', 'type': 'entry_trigger'},
                   {'id': 'a', 'type': 'wait', 'config': {'delayHours': 0}}],
                 'edges': [{'source': 'in', 'target': 'a'}, {'source': 'a', 'target': 'a'}]}
                """)
            .plan();

    Walk walk = enter(spinning);

    assertThat(walk.stop()).isEqualTo(new Stop.Exited("more than 1000 steps"));
    assertThat(walk.steps()).hasSize(Step.MAX_STEPS + 1);
  }
}
