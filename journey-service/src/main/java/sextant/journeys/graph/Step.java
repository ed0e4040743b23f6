package sextant.journeys.graph;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes an enrollment from node to node as far as it can go: the one interpreter of journeys, for
/// real ones and for tests of them. A pure function of its arguments.
public final class Step {

  /// More nodes than this nobody passes in one journey.
  public static final int MAX_STEPS = 1_000;

  private final Plan plan;
  private final Instant now;
  private final Optional<Facts> facts;
  private Optional<Choice> choice;

  private String nodeId;
  private Instant nodeSince;
  private int stepNo;
  private Optional<Instant> waitUntil;
  private Optional<String> waitEvent;
  private final List<String> arrived;
  private Map<String, Object> decision;

  private final List<Walk.Taken> steps = new ArrayList<>();
  private final List<String> reached = new ArrayList<>();
  private final List<Walk.Sending> sendings = new ArrayList<>();

  /// What is known for the walk.
  ///
  /// @param now the instant of the walk
  /// @param expiresAt when the enrollment must be over
  /// @param facts about the customer; empty until [Stop.NeedsFacts] asks for them
  /// @param choice the answer to [Stop.NeedsDecision]
  public record Given(
      Instant now, Instant expiresAt, Optional<Facts> facts, Optional<Choice> choice) {}

  /// A decision that was made, or stood in for.
  ///
  /// @param decision as `{decisionId, offerId, ...}`; empty when there is no offer
  /// @param detail how it came about
  public record Choice(Map<String, Object> decision, String detail) {}

  private Step(Plan plan, State state, Given given) {
    this.plan = plan;
    this.now = given.now();
    this.facts = given.facts();
    this.choice = given.choice();
    this.nodeId = state.nodeId();
    this.nodeSince = state.nodeSince();
    this.stepNo = state.stepNo();
    this.waitUntil = state.waitUntil();
    this.waitEvent = state.waitEvent();
    this.arrived = new ArrayList<>(state.arrived());
    this.decision = state.decision();
  }

  public static Walk walk(Plan plan, State state, Given given) {
    Step step = new Step(plan, state, given);
    Stop stop = step.outBeforeAnything(state, given).orElseGet(step::onwards);
    return new Walk(
        new State(
            step.nodeId,
            step.nodeSince,
            step.stepNo,
            step.waitUntil,
            step.waitEvent,
            // An event counts for the walk it came in time for, not for waits of later ones.
            stop instanceof Stop.Waiting ? List.of() : List.copyOf(step.arrived),
            step.decision,
            state.exitReason()),
        step.steps,
        step.reached,
        step.sendings,
        stop);
  }

  private Optional<Stop> outBeforeAnything(State state, Given given) {
    if (state.exitReason().isPresent()) {
      return Optional.of(out(state.exitReason().get()));
    }
    if (!now.isBefore(given.expiresAt())) {
      return Optional.of(out("maximum duration reached"));
    }
    if (!plan.hasExitsByFacts()) {
      return Optional.empty();
    }
    return facts.isEmpty()
        ? Optional.of(new Stop.NeedsFacts())
        : plan.exitBy(facts.get(), now).map(rule -> out(rule.inWords()));
  }

  private Stop onwards() {
    while (true) {
      Optional<Node> node = plan.graph().node(nodeId);
      if (node.isEmpty()) {
        return new Stop.Stuck("there is no node " + nodeId);
      }
      if (stepNo >= MAX_STEPS) {
        return out("more than " + MAX_STEPS + " steps");
      }
      Optional<Stop> stop =
          switch (node.get()) {
            case Node.EntryTrigger entry -> goOn("customer enters journey", "", entry.next());
            case Node.Wait wait -> atWait(wait);
            case Node.ConditionSplit split -> atSplit(split);
            case Node.NbaDecision nba -> atDecision(nba);
            case Node.ChannelAction action -> atAction(action);
            case Node.Exit exit -> Optional.of(atExit(exit));
          };
      if (stop.isPresent()) {
        return stop.get();
      }
    }
  }

  private Optional<Stop> atWait(Node.Wait wait) {
    if (waitUntil.isEmpty() && waitEvent.isEmpty()) {
      waitUntil = wait.deadline(now);
      waitEvent = wait.event();
    }
    if (waitEvent.isPresent() && arrived.remove(waitEvent.get())) {
      return goOn(wait.label(), "event " + waitEvent.get(), wait.onEvent());
    }
    if (waitUntil.isPresent() && !waitUntil.get().isAfter(now)) {
      return goOn(wait.label(), waitEvent.isPresent() ? "time" : "", wait.onTime());
    }
    return waitUntil.isEmpty() && waitEvent.isEmpty()
        ? Optional.of(new Stop.Stuck(wait.id() + " does not say what it waits for"))
        : Optional.of(new Stop.Waiting(waitUntil));
  }

  private Optional<Stop> atSplit(Node.ConditionSplit split) {
    if (split.condition().isEmpty()) {
      return Optional.of(new Stop.Stuck(split.id() + " has no condition"));
    }
    if (facts.isEmpty()) {
      return Optional.of(new Stop.NeedsFacts());
    }
    Facts known = decision.isEmpty() ? facts.get() : facts.get().with(Facts.DECISION, decision);
    return split.condition().get().holds(known, now)
        ? goOn("condition met (true branch)", "", split.whenTrue())
        : goOn("condition not met (false branch)", "", split.whenFalse());
  }

  private Optional<Stop> atDecision(Node.NbaDecision nba) {
    if (choice.isEmpty()) {
      // A decision is made from what is known about the customer.
      return Optional.of(facts.isEmpty() ? new Stop.NeedsFacts() : new Stop.NeedsDecision(nba));
    }
    Choice made = choice.get();
    choice = Optional.empty();
    decision = made.decision();
    return goOn(
        "NBA decision requested (decision flow: " + nba.decisionFlow() + ")",
        made.detail(),
        nba.next());
  }

  private Optional<Stop> atAction(Node.ChannelAction action) {
    if (action.channel().isEmpty()) {
      return Optional.of(new Stop.Stuck(action.id() + " names no channel"));
    }
    if (facts.isEmpty()) {
      return Optional.of(new Stop.NeedsFacts());
    }
    String channel = action.channel().get();
    sendings.add(new Walk.Sending(stepNo + 1, action.id(), channel, decision));
    return goOn("send via " + channel, "", action.next());
  }

  private Stop atExit(Node.Exit exit) {
    take("journey complete", exit.reason().orElse(""));
    return new Stop.Completed(exit.reason().orElse("journey complete"));
  }

  private Optional<Stop> goOn(String what, String why, Optional<String> next) {
    take(what, why);
    if (next.isEmpty()) {
      return Optional.of(new Stop.Stuck(nodeId + " has no way on"));
    }
    nodeId = next.get();
    nodeSince = now;
    reached.add(nodeId);
    return Optional.empty();
  }

  private Stop out(String reason) {
    take(plan.graph().node(nodeId).map(Step::unfinished).orElse("left"), "exited: " + reason);
    return new Stop.Exited(reason);
  }

  private static String unfinished(Node node) {
    return node instanceof Node.Wait wait ? wait.label() : "left";
  }

  private void take(String what, String why) {
    stepNo++;
    steps.add(new Walk.Taken(stepNo, nodeId, what, why, nodeSince, now));
    waitUntil = Optional.empty();
    waitEvent = Optional.empty();
  }
}
