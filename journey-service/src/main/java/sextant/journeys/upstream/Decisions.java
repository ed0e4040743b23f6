package sextant.journeys.upstream;

import java.util.List;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Node;
import sextant.journeys.graph.Step;

/// Asks for next best actions.
public interface Decisions {

  /// One question.
  ///
  /// @param key the same whenever the same step of the same enrollment asks
  record Question(
      String tenantId, String customerId, Node.NbaDecision node, Facts facts, String key) {}

  /// The answers in the order of the questions. Where none is to be had in time, the fallback of
  /// the node.
  List<Step.Choice> decide(List<Question> questions);
}
