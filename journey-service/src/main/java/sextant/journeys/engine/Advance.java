package sextant.journeys.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Plan;
import sextant.journeys.graph.Step;
import sextant.journeys.graph.Stop;
import sextant.journeys.upstream.CustomerFacts;
import sextant.journeys.upstream.Decisions;
import sextant.journeys.upstream.UnavailableException;

/// Walks a batch of enrollments as far as each can go. What walks need from other services is read
/// for all of them together, with no transaction open.
final class Advance {

  private static final Logger log = LoggerFactory.getLogger(Advance.class);

  /// Decisions in a row that one enrollment may ask for before the batch is written.
  private static final int MAX_ROUNDS = 20;

  /// Enrollments whose facts are read by the same calls.
  private record Readers(String tenantId, Set<String> fields, boolean attributes) {}

  private final CustomerFacts customers;
  private final Decisions decisions;

  Advance(CustomerFacts customers, Decisions decisions) {
    this.customers = customers;
    this.decisions = decisions;
  }

  /// Hands the moves to `write` in one or two lots: whoever needs nothing from outside does not
  /// wait for those who do.
  void run(
      List<Enrollment> due, Map<VersionKey, Plan> plans, Instant now, Consumer<List<Move>> write) {
    List<Traveller> settled = new ArrayList<>();
    List<Traveller> needing = new ArrayList<>();
    for (Enrollment enrollment : due) {
      Traveller traveller = new Traveller(enrollment, plans.get(enrollment.plan()), now);
      (traveller.needsMore() ? needing : settled).add(traveller);
    }
    write.accept(settled.stream().map(Traveller::move).toList());
    if (needing.isEmpty()) {
      return;
    }
    readFacts(needing);
    for (int round = 0; round < MAX_ROUNDS && decide(needing); round++) {}
    write.accept(needing.stream().map(Traveller::move).toList());
  }

  private void readFacts(List<Traveller> travellers) {
    Map<Readers, List<Traveller>> groups = new HashMap<>();
    for (Traveller traveller : travellers) {
      groups
          .computeIfAbsent(
              new Readers(
                  traveller.from.key().tenantId(),
                  traveller.plan.fields(),
                  traveller.plan.tellsAttributes()),
              _ -> new ArrayList<>())
          .add(traveller);
    }
    groups.forEach(this::readFacts);
  }

  private void readFacts(Readers readers, List<Traveller> travellers) {
    try {
      Map<String, Facts> facts =
          customers.read(
              readers.tenantId(),
              travellers.stream().map(one -> one.from.key().customerId()).distinct().toList(),
              readers.fields(),
              readers.attributes());
      travellers.forEach(
          one -> one.know(facts.getOrDefault(one.from.key().customerId(), Facts.NONE)));
    } catch (UnavailableException unavailable) {
      log.warn(
          "{} enrollments wait for facts about their customers: {}",
          travellers.size(),
          unavailable.getMessage());
      travellers.stream().filter(Traveller::isOutOfPatience).forEach(one -> one.know(Facts.NONE));
    }
  }

  /// Returns whether anybody needed a decision.
  private boolean decide(List<Traveller> travellers) {
    List<Traveller> asking = new ArrayList<>();
    List<Decisions.Question> questions = new ArrayList<>();
    for (Traveller traveller : travellers) {
      if (traveller.stop() instanceof Stop.NeedsDecision needs) {
        asking.add(traveller);
        questions.add(
            new Decisions.Question(
                traveller.from.key().tenantId(),
                traveller.from.key().customerId(),
                needs.node(),
                traveller.facts(),
                traveller.decisionKey()));
      }
    }
    if (asking.isEmpty()) {
      return false;
    }
    List<Step.Choice> choices = decisions.decide(questions);
    for (int index = 0; index < asking.size(); index++) {
      asking.get(index).decide(choices.get(index));
    }
    return true;
  }
}
