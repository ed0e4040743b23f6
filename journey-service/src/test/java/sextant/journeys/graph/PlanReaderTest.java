package sextant.journeys.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sextant.journeys.graph.Faults.Fault;

final class PlanReaderTest {

  private static final String COMPLETE =
      """
      {'nodes': [
         {'id': 'n1', 'type': 'entry_trigger'},
         {'id': 'n2', 'type': 'wait', 'config': {'delayHours': 48, 'waitForEvent': 'purchase'}},
         {'id': 'n3', 'type': 'condition_split',
          'config': {'field': 'plan', 'operator': 'eq', 'value': 'pro'}},
         {'id': 'n4', 'type': 'nba_decision', 'config': {'decisionFlowKey': 'retention'}},
         {'id': 'n5', 'type': 'channel_action', 'config': {'channel': 'email'}},
         {'id': 'n6', 'type': 'exit', 'config': {'reason': 'done'}}],
       'edges': [
         {'source': 'n1', 'target': 'n2'},
         {'source': 'n2', 'target': 'n3'},
         {'source': 'n3', 'target': 'n4', 'sourceHandle': 'true'},
         {'source': 'n3', 'target': 'n6', 'sourceHandle': 'false'},
         {'source': 'n4', 'target': 'n5'},
         {'source': 'n5', 'target': 'n6'}]}
      """;

  @Test
  void readsAllSixNodeTypes() {
    Plan plan = Plans.complete(COMPLETE);

    assertThat(plan.graph().nodes().values().stream().map(Node::type))
        .containsExactly(
            "entry_trigger", "wait", "condition_split", "nba_decision", "channel_action", "exit");
    assertThat(plan.graph().node("n2").orElseThrow())
        .isEqualTo(
            new Node.Wait(
                "n2",
                Optional.of(Duration.ofHours(48)),
                Optional.empty(),
                Optional.of("purchase"),
                "wait 48 hours or for event purchase",
                Optional.of("n3"),
                Optional.of("n3")));
    assertThat(plan.channels()).containsExactly("email");
    assertThat(plan.waitEvents()).containsExactly("purchase");
    assertThat(plan.fields()).containsExactly("plan");
  }

  @Test
  void readsWhatGraphEditorsWrite() {
    Plan plan =
        Plans.complete(
            """
            {'viewport': {'zoom': 1}, 'nodes': [
               {'id': 'a', 'type': 'custom', 'position': {'x': 1, 'y': 2},
                'data': {'type': 'entry_trigger', 'label': 'Start'}},
               {'id': 'b', 'type': 'wait', 'data': {'config': {'duration': 30, 'unit': 'minutes'}}},
               {'id': 'c', 'type': 'condition_split',
                'data': {'field': 'age', 'operator': '>=', 'value': 18}},
               {'id': 'd', 'type': 'exit'}, {'id': 'e', 'type': 'exit'}],
             'edges': [
               {'id': 'e1', 'from': 'a', 'to': 'b', 'sourceHandle': null},
               {'id': 'e2', 'from': 'b', 'to': 'c', 'sourceHandle': 'out'},
               {'id': 'e3', 'source': 'c', 'target': 'd', 'label': 'Yes'},
               {'id': 'e4', 'source': 'c', 'target': 'e', 'condition': false}]}
            """);

    Node.ConditionSplit split = (Node.ConditionSplit) plan.graph().node("c").orElseThrow();
    assertThat(split.whenTrue()).contains("d");
    assertThat(split.whenFalse()).contains("e");
    Node.Wait wait = (Node.Wait) plan.graph().node("b").orElseThrow();
    assertThat(wait.delay()).contains(Duration.ofMinutes(30));
    assertThat(wait.label()).isEqualTo("wait 30 minutes");
  }

  @Test
  void aWaitMayGoTwoWays() {
    Plan plan =
        Plans.complete(
            """
            {'nodes': [{'id': 'a', 'type': 'entry_trigger'},
               {'id': 'w', 'type': 'wait',
                'config': {'until': '2026-12-24', 'waitForEvent': 'purchase'}},
               {'id': 'x', 'type': 'exit'}, {'id': 'y', 'type': 'exit'}],
             'edges': [{'source': 'a', 'target': 'w'},
               {'source': 'w', 'target': 'x', 'label': 'event'},
               {'source': 'w', 'target': 'y', 'label': 'timeout'}]}
            """);

    Node.Wait wait = (Node.Wait) plan.graph().node("w").orElseThrow();
    assertThat(wait.until()).contains(Instant.parse("2026-12-24T00:00:00Z"));
    assertThat(wait.onEvent()).contains("x");
    assertThat(wait.onTime()).contains("y");
  }

  @Test
  void namesEverythingThatIsWrongAtOnce() {
    Faults faults =
        Plans.read(
                """
                {'nodes': [
                   {'id': 'a', 'type': 'entry_trigger'},
                   {'id': 'a', 'type': 'exit'},
                   {'type': 'exit'},
                   {'id': 'b', 'type': 'teleport'},
                   {'id': 'c', 'type': 'wait', 'config': {'delayHours': 'two'}},
                   {'id': 'd', 'type': 'wait', 'config': {'until': 'tomorrow'}},
                   {'id': 'e', 'type': 'condition_split',
                    'config': {'field': 'x', 'operator': 'resembles', 'value': 1}},
                   {'id': 'f', 'type': 'nba_decision', 'config': {'timeoutMs': 60000}},
                   {'id': 'g', 'type': 'channel_action', 'config': 'email'},
                   7],
                 'edges': [3]}
                """,
                Optional.empty(),
                Optional.of("[{'event': 'x', 'condition': {}}, {'segmentId': 's'}, 'go']"))
            .faults();

    assertThat(faults.wrong().stream().map(Fault::field))
        .containsExactlyInAnyOrder(
            "definition.nodes[1].id",
            "definition.nodes[2].id",
            "definition.nodes[3].type",
            "definition.nodes[4].config.delayHours",
            "definition.nodes[5].config.until",
            "definition.nodes[6].config.operator",
            "definition.nodes[7].config.timeoutMs",
            "definition.nodes[8].config",
            "definition.nodes[9]",
            "definition.edges[0]",
            "exitRules[0]",
            "exitRules[1].when",
            "exitRules[2]");
    assertThat(faults.wrong())
        .contains(
            new Fault(
                "definition.nodes[3].type",
                "is \"teleport\", known are entry_trigger, wait, condition_split, nba_decision,"
                    + " channel_action, exit"));
  }

  @Test
  void namesEverythingThatIsMissingAtOnce() {
    Faults faults =
        Plans.read(
                """
                {'nodes': [
                   {'id': 'start', 'type': 'entry_trigger'},
                   {'id': 'empty', 'type': 'wait'},
                   {'id': 'split', 'type': 'condition_split'},
                   {'id': 'mute', 'type': 'channel_action'},
                   {'id': 'island', 'type': 'nba_decision'}],
                 'edges': [
                   {'source': 'start', 'target': 'empty'},
                   {'source': 'empty', 'target': 'split'},
                   {'source': 'split', 'target': 'mute', 'label': 'true'},
                   {'source': 'split', 'target': 'nowhere', 'label': 'maybe'},
                   {'source': 'island', 'target': 'start'},
                   {'target': 'mute'}]}
                """)
            .faults();

    assertThat(faults.wrong()).isEmpty();
    assertThat(faults.all())
        .containsExactlyInAnyOrder(
            new Fault(
                "definition.nodes[1].config",
                "has none of delayHours, duration, until and waitForEvent"),
            new Fault("definition.nodes[2].config", "has no condition {field, operator, value}"),
            new Fault("definition.nodes[2]", "has no false branch"),
            new Fault(
                "definition.edges[3]", "leaves a condition_split: its label must be true or false"),
            new Fault("definition.nodes[3].config.channel", "is missing"),
            new Fault("definition.nodes[3]", "has no way on"),
            new Fault("definition.edges[3].target", "is \"nowhere\", which is no node"),
            new Fault("definition.edges[5].source", "is missing"),
            new Fault("definition.nodes", "have no exit"),
            new Fault("definition.nodes[4]", "cannot be reached from the entry_trigger"),
            new Fault("definition.nodes[4]", "leads back to the entry_trigger"));
  }

  @Test
  void aCycleNeedsAWaitThatTakesTime() {
    String cycle =
        """
        {'nodes': [{'id': 'in', 'type': 'entry_trigger'},
           {'id': 'again', 'type': 'condition_split',
            'config': {'field': 'a', 'operator': 'exists'}},
           {'id': 'send', 'type': 'channel_action', 'config': {'channel': 'email'}},
           {'id': 'wait', 'type': 'wait', 'config': %s}, {'id': 'out', 'type': 'exit'}],
         'edges': [{'source': 'in', 'target': 'again'},
           {'source': 'again', 'target': 'send', 'label': 'true'},
           {'source': 'again', 'target': 'out', 'label': 'false'},
           {'source': 'send', 'target': 'wait'}, {'source': 'wait', 'target': 'again'}]}
        """;
    List<Fault> spinning =
        List.of("again", "send", "wait").stream()
            .map(
                id ->
                    new Fault(
                        "definition.nodes[%d]"
                            .formatted(List.of("in", "again", "send", "wait").indexOf(id)),
                        "is on a cycle in which nothing waits"))
            .toList();

    assertThat(Plans.read(cycle.formatted("{'delayHours': 24}")).faults().all()).isEmpty();
    assertThat(Plans.read(cycle.formatted("{'waitForEvent': 'x'}")).faults().all()).isEmpty();
    assertThat(Plans.read(cycle.formatted("{'delayHours': 0}")).faults().all()).isEqualTo(spinning);
    assertThat(
            Plans.read(cycle.formatted("{'delayHours': 1, 'until': '2026-01-01'}")).faults().all())
        .isEqualTo(spinning);
  }

  @Test
  void limitsTheSizeOfAGraph() {
    StringBuilder nodes = new StringBuilder("{'nodes':[");
    for (int index = 0; index <= GraphReader.MAX_NODES; index++) {
      nodes.append(index == 0 ? "" : ",").append("{'id':'n%d','type':'exit'}".formatted(index));
    }

    assertThat(Plans.read(nodes + "]}").faults().wrong())
        .containsExactly(
            new Fault(
                "definition.nodes", "has 501 elements, allowed are " + GraphReader.MAX_NODES));
    assertThat(Plans.read("{'nodes': {}, 'edges': 'none'}").faults().wrong())
        .containsExactly(
            new Fault("definition.nodes", "must be a list"),
            new Fault("definition.edges", "must be a list"));
  }

  @Test
  void entryRulesOfJourneyAndTriggerAreTakenTogether() {
    String triggered =
        """
        {'nodes': [{'id': 'in', 'type': 'entry_trigger', 'config': {'eventType': 'signup',
           'segmentId': 'seg', 'condition': {'field': 'age', 'operator': 'gt', 'value': 17}}}]}
        """;

    EntryRule both =
        Plans.read(triggered, Optional.of("{'event': 'account_created'}"), Optional.empty())
            .plan()
            .entry();
    assertThat(both.events()).isEqualTo(Set.of("account_created", "signup"));
    assertThat(both.segmentId()).contains("seg");
    assertThat(both.fields()).isEqualTo(Set.of("segment.seg", "age"));

    EntryRule nobody = Plans.read("{}").plan().entry();
    assertThat(nobody).isEqualTo(EntryRule.NOBODY);
    assertThat(Plans.read("{}", Optional.of("{'evnt': 'x'}"), Optional.empty()).faults().all())
        .contains(new Fault("entryCondition", "names neither an event nor a segmentId"));
  }
}
