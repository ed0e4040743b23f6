package sextant.journeys;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sextant.errors.v1.ErrorReason;
import sextant.journeys.graph.Faults;
import sextant.journeys.graph.Faults.Fault;
import sextant.journeys.graph.PlanReader;
import sextant.journeys.v1.JourneyStatus;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;

/// What may be stored, and what may become of a journey.
final class JourneyRules {

  private static final Map<JourneyStatus, Set<JourneyStatus>> NEXT =
      Map.of(
          JourneyStatus.JOURNEY_STATUS_DRAFT,
          Set.of(JourneyStatus.JOURNEY_STATUS_ACTIVE, JourneyStatus.JOURNEY_STATUS_ARCHIVED),
          JourneyStatus.JOURNEY_STATUS_ACTIVE,
          Set.of(JourneyStatus.JOURNEY_STATUS_PAUSED, JourneyStatus.JOURNEY_STATUS_ARCHIVED),
          JourneyStatus.JOURNEY_STATUS_PAUSED,
          Set.of(JourneyStatus.JOURNEY_STATUS_ACTIVE, JourneyStatus.JOURNEY_STATUS_ARCHIVED),
          JourneyStatus.JOURNEY_STATUS_ARCHIVED,
          Set.of());

  private JourneyRules() {}

  /// Refuses what is wrong and, where customers enter or are inside, what is incomplete: a channel
  /// that does not exist is.
  static void check(PlanReader.Reading reading, boolean mustBeComplete, Set<String> channels) {
    Faults faults = reading.faults();
    List<Violation> violations = new ArrayList<>();
    for (Fault fault : mustBeComplete ? faults.all() : faults.wrong()) {
      violations.add(new Violation(fault.field(), fault.message()));
    }
    if (mustBeComplete) {
      for (String channel : reading.plan().channels()) {
        if (!channels.contains(channel)) {
          violations.add(
              new Violation("definition", "sends via \"" + channel + "\", which is no channel"));
        }
      }
    }
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
  }

  static void checkTransition(JourneyRow journey, JourneyStatus to) {
    if (journey.status() != to && !NEXT.get(journey.status()).contains(to)) {
      throw wrongState(
          journey,
          "journey %s is %s and cannot become %s"
              .formatted(journey.id(), Words.of(journey.status()), Words.of(to)));
    }
  }

  static ApiException wrongState(JourneyRow journey, String message) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_WRONG_STATE,
        message,
        Map.of(
            "resource", "journey",
            "id", journey.id().toString(),
            "state", Words.of(journey.status())));
  }
}
