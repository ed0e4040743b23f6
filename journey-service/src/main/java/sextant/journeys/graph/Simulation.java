package sextant.journeys.graph;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Walks an imagined customer through a plan, with a clock that jumps over the waits.
public final class Simulation {

  /// The walk and how it ended.
  public record Result(List<Walk.Taken> steps, String outcome) {}

  private static final Step.Choice NO_OFFER = new Step.Choice(Map.of(), "");

  private Simulation() {}

  /// A wait for an event alone ends as if the event had come, other waits as if it had not.
  public static Result run(Plan plan, Facts facts, Instant start, Duration longest) {
    Optional<Node.EntryTrigger> entry = plan.graph().entry();
    if (entry.isEmpty()) {
      return new Result(List.of(), "no_entry");
    }
    List<Walk.Taken> steps = new ArrayList<>();
    Instant now = start;
    Instant end = start.plus(longest);
    State state = State.enter(entry.get().id(), now);
    Optional<Step.Choice> choice = Optional.empty();
    while (true) {
      Walk walk = Step.walk(plan, state, new Step.Given(now, end, Optional.of(facts), choice));
      steps.addAll(walk.steps());
      state = walk.state();
      choice = Optional.empty();
      switch (walk.stop()) {
        case Stop.Waiting(Optional<Instant> until) when until.isPresent() ->
            now = until.get().isBefore(end) ? until.get() : end;
        case Stop.Waiting _ -> state = state.withArrived(state.waitEvent().orElseThrow());
        case Stop.NeedsDecision _ -> choice = Optional.of(NO_OFFER);
        case Stop.NeedsFacts _ -> throw new IllegalStateException("the facts are given");
        case Stop.Completed _ -> {
          return new Result(steps, "completed");
        }
        case Stop.Exited _ -> {
          return new Result(
              steps, state.stepNo() > Step.MAX_STEPS ? "max_steps_exceeded" : "exited");
        }
        case Stop.Stuck _ -> {
          return new Result(steps, "incomplete");
        }
      }
    }
  }
}
