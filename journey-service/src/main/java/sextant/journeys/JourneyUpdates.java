package sextant.journeys;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import sextant.errors.v1.ErrorReason;
import sextant.journeys.graph.PlanReader;
import sextant.journeys.upstream.EventFeed;
import sextant.journeys.upstream.UnavailableException;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.UpdateJourneyRequest;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;

/// Changes a journey within a transaction, with what that means for its versions, for the events it
/// waits for and for those inside.
final class JourneyUpdates {

  private final JourneyRepository journeys;
  private final EventFeed feed;

  JourneyUpdates(JourneyRepository journeys, EventFeed feed) {
    this.journeys = journeys;
    this.feed = feed;
  }

  /// The journey afterwards; NOT_FOUND when there is none.
  JourneyRow apply(DSLContext tx, String tenantId, UpdateJourneyRequest request, Instant now) {
    JourneyRow old =
        Ids.parse(request.getId())
            .flatMap(id -> journeys.findForUpdate(tx, tenantId, id))
            .orElseThrow(() -> ApiException.notFound("journey", request.getId()));
    JourneyRow changed = JourneyChanges.apply(request, old, now);
    JourneyRules.checkTransition(old, changed.status());
    boolean isNewVersion = changed.version() != old.version();
    boolean mustBeComplete =
        changed.status() == JourneyStatus.JOURNEY_STATUS_ACTIVE
            || changed.status() == JourneyStatus.JOURNEY_STATUS_PAUSED;
    boolean startsToRun = old.status() == JourneyStatus.JOURNEY_STATUS_DRAFT && mustBeComplete;
    if (isNewVersion || startsToRun) {
      PlanReader.Reading reading = changed.content().read();
      JourneyRules.check(
          reading, mustBeComplete, journeys.knownChannels(tx, tenantId, reading.plan().channels()));
      if (isNewVersion) {
        journeys.insertVersion(
            tx,
            tenantId,
            changed.id(),
            changed.version(),
            changed.content(),
            reading.plan(),
            changed.updatedAt());
      }
    }
    journeys.update(tx, changed, sweep(changed.status()), old.status() == changed.status());
    if (mustBeComplete && (isNewVersion || startsToRun)) {
      declareInterests(tx, tenantId);
    }
    return changed;
  }

  /// What a change to `status` means for those inside.
  private static Optional<String> sweep(JourneyStatus status) {
    return switch (status) {
      case JOURNEY_STATUS_ACTIVE -> Optional.of("resume");
      case JOURNEY_STATUS_ARCHIVED -> Optional.of("exit");
      default -> Optional.empty();
    };
  }

  /// From the moment the change is committed no event may be missed, so the feed has to know of it
  /// before. What it hears of a change that is not committed after all does no harm.
  private void declareInterests(DSLContext tx, String tenantId) {
    journeys.lockInterests(tx, tenantId);
    Set<String> events = journeys.wantedEvents(tx, tenantId);
    if (events.isEmpty()) {
      return;
    }
    try {
      feed.setInterests(tenantId, events);
    } catch (UnavailableException unavailable) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_UNAVAILABLE,
          "the events of the journey cannot be subscribed to: " + unavailable.getMessage());
    }
  }
}
