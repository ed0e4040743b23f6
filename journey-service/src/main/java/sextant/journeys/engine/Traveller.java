package sextant.journeys.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Json;
import sextant.journeys.graph.Plan;
import sextant.journeys.graph.State;
import sextant.journeys.graph.Step;
import sextant.journeys.graph.Stop;
import sextant.journeys.graph.Walk;
import sextant.kit.db.Ids;

/// One enrollment on its way through a batch: walks, stops for what it needs, walks on.
final class Traveller {

  /// After so many failures to read what a node needs, about a quarter of an hour, the node goes by
  /// what is known: nothing.
  private static final int PATIENCE = 20;

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  final Enrollment from;
  final Plan plan;
  private final Instant now;
  private final List<Walk.Taken> steps = new ArrayList<>();
  private final List<String> reached = new ArrayList<>();
  private final List<Move.Outgoing> outgoing = new ArrayList<>();
  private Optional<Facts> facts = Optional.empty();
  private State state;
  private Stop stop;

  Traveller(Enrollment from, Plan plan, Instant now) {
    this.from = from;
    this.plan = plan;
    this.now = now;
    this.state = from.state();
    walk(Optional.empty());
  }

  Stop stop() {
    return stop;
  }

  Facts facts() {
    return facts.orElse(Facts.NONE);
  }

  /// The same for every attempt at the node at hand.
  String decisionKey() {
    return from.id() + ":" + (state.stepNo() + 1);
  }

  boolean needsMore() {
    return stop instanceof Stop.NeedsFacts || stop instanceof Stop.NeedsDecision;
  }

  void know(Facts known) {
    facts = Optional.of(known);
    walk(Optional.empty());
  }

  /// The facts are not to be had. Returns whether to go on without them.
  boolean isOutOfPatience() {
    return from.attempts() + 1 >= PATIENCE;
  }

  void decide(Step.Choice choice) {
    walk(Optional.of(choice));
  }

  private void walk(Optional<Step.Choice> choice) {
    Walk walk = Step.walk(plan, state, new Step.Given(now, from.expiresAt(), facts, choice));
    state = walk.state();
    stop = walk.stop();
    steps.addAll(walk.steps());
    reached.addAll(walk.reached());
    walk.sendings().forEach(sending -> outgoing.add(outgoing(sending)));
  }

  private Move.Outgoing outgoing(Walk.Sending sending) {
    UUID id = Ids.next();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("deliveryId", id.toString());
    body.put("tenantId", from.key().tenantId());
    body.put("journeyId", from.key().journeyId().toString());
    body.put("enrollmentId", from.id().toString());
    body.put("customerId", from.key().customerId());
    body.put("nodeId", sending.nodeId());
    body.put("channel", sending.channel());
    body.put("createdAt", Timestamps.json(now));
    body.put("attributes", facts().values());
    if (!sending.decision().isEmpty()) {
      body.put("decision", sending.decision());
    }
    return new Move.Outgoing(
        id, sending.stepNo(), sending.nodeId(), sending.channel(), Json.write(body));
  }

  Move move() {
    return switch (stop) {
      case Stop.Waiting(Optional<Instant> until) ->
          active(until.filter(over -> over.isBefore(from.expiresAt())).orElse(from.expiresAt()), 0);
      case Stop.NeedsFacts _ -> active(now.plus(pause()), from.attempts() + 1);
      case Stop.NeedsDecision _ -> active(now, from.attempts());
      case Stop.Completed(String reason) -> over("completed", reason, false);
      case Stop.Exited(String reason) -> over("exited", reason, true);
      case Stop.Stuck(String reason) -> over("exited", reason, false);
    };
  }

  private Duration pause() {
    Duration doubled = Duration.ofSeconds(1L << Math.min(from.attempts(), 10));
    return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }

  private Move active(Instant dueAt, int attempts) {
    return new Move(
        from,
        plan,
        state,
        "active",
        Optional.empty(),
        dueAt,
        attempts,
        steps,
        reached,
        outgoing,
        false);
  }

  private Move over(String status, String reason, boolean mayNotSend) {
    return new Move(
        from,
        plan,
        state,
        status,
        Optional.of(reason),
        now,
        0,
        steps,
        reached,
        outgoing,
        mayNotSend);
  }
}
