package sextant.journeys;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.ReEntry;
import sextant.journeys.v1.UpdateJourneyRequest;
import sextant.kit.rpc.Changes;

/// Merges an update into a stored journey.
final class JourneyChanges {

  private static final Set<String> REQUIRED = Set.of("name", "status");

  private JourneyChanges() {}

  static JourneyRow apply(UpdateJourneyRequest request, JourneyRow old, Instant now) {
    String name = old.name();
    String description = old.description();
    JourneyStatus status = old.status();
    ReEntry reEntry = old.reEntry();
    String definition = old.content().definition();
    Optional<String> entryCondition = old.content().entryCondition();
    Optional<String> exitRules = old.content().exitRules();
    int maxDurationDays = old.content().maxDurationDays();
    for (String field : Changes.of(request, "id", REQUIRED).fields()) {
      switch (field) {
        case "name" -> name = request.getName();
        case "description" -> description = request.getDescription();
        case "status" -> status = request.getStatus();
        case "re_entry" -> reEntry = Words.reEntry(Words.of(request.getReEntry()));
        case "definition" ->
            definition =
                request.hasDefinition() ? request.getDefinition() : VersionContent.NO_NODES;
        case "entry_condition" ->
            entryCondition =
                request.hasEntryCondition()
                    ? Optional.of(request.getEntryCondition())
                    : Optional.empty();
        case "exit_rules" ->
            exitRules =
                request.hasExitRules() ? Optional.of(request.getExitRules()) : Optional.empty();
        case "max_duration_days" ->
            maxDurationDays =
                request.hasMaxDurationDays()
                    ? request.getMaxDurationDays()
                    : VersionContent.DEFAULT_DURATION_DAYS;
        default -> throw new IllegalStateException("not updatable: " + field);
      }
    }
    VersionContent content =
        new VersionContent(definition, entryCondition, exitRules, maxDurationDays);
    return new JourneyRow(
        old.tenantId(),
        old.id(),
        name,
        description,
        status,
        reEntry,
        content.equals(old.content()) ? old.version() : old.version() + 1,
        old.revision() + 1,
        content,
        old.createdAt(),
        now);
  }
}
