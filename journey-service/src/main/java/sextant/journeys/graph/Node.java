package sextant.journeys.graph;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A node with the ways on from it. What a draft has not yet filled in is empty.
public sealed interface Node {

  String id();

  /// The word of the journeys document.
  default String type() {
    return switch (this) {
      case EntryTrigger _ -> "entry_trigger";
      case Wait _ -> "wait";
      case ConditionSplit _ -> "condition_split";
      case NbaDecision _ -> "nba_decision";
      case ChannelAction _ -> "channel_action";
      case Exit _ -> "exit";
    };
  }

  /// Where it can go on to.
  default List<String> ways() {
    return switch (this) {
      case EntryTrigger node -> node.next().stream().toList();
      case Wait node ->
          Stream.concat(node.onTime().stream(), node.onEvent().stream()).distinct().toList();
      case ConditionSplit node ->
          Stream.concat(node.whenTrue().stream(), node.whenFalse().stream()).distinct().toList();
      case NbaDecision node -> node.next().stream().toList();
      case ChannelAction node -> node.next().stream().toList();
      case Exit _ -> List.of();
    };
  }

  /// Where customers come in.
  ///
  /// @param config who comes in, for [EntryRule], with the path where it stands
  record EntryTrigger(
      String id, String configPath, Map<String, Object> config, Optional<String> next)
      implements Node {}

  /// Waits for a time to pass, an instant or an event, whichever is first.
  ///
  /// @param label the wait in words
  /// @param onTime where to go when the time has come
  /// @param onEvent where to go when the event came first: the same unless the edges say otherwise
  record Wait(
      String id,
      Optional<Duration> delay,
      Optional<Instant> until,
      Optional<String> event,
      String label,
      Optional<String> onTime,
      Optional<String> onEvent)
      implements Node {

    /// When the time has come for somebody who begins to wait at `start`. Empty: only the event
    /// ends the wait.
    Optional<Instant> deadline(Instant start) {
      return Stream.concat(delay.map(start::plus).stream(), until.stream()).min(Instant::compareTo);
    }
  }

  /// Sends customers one of two ways.
  record ConditionSplit(
      String id,
      Optional<Condition> condition,
      Optional<String> whenTrue,
      Optional<String> whenFalse)
      implements Node {}

  /// Asks for the next best action.
  ///
  /// @param fallback the decision when none is to be had in time; empty: no offer
  record NbaDecision(
      String id,
      String decisionFlow,
      Optional<String> channel,
      Duration timeout,
      Map<String, Object> fallback,
      Optional<String> next)
      implements Node {}

  /// Sends something through a channel.
  record ChannelAction(String id, Optional<String> channel, Optional<String> next)
      implements Node {}

  /// The end.
  record Exit(String id, Optional<String> reason) implements Node {}
}
