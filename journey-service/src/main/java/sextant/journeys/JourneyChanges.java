package sextant.journeys;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.ReEntry;
import sextant.journeys.v1.UpdateJourneyRequest;
import sextant.kit.rpc.ApiException;

/// Merges an update into a stored journey. A field outside the mask stays; one in the mask takes
/// the value given, and one in the mask without a value goes back to what a creation without it
/// would store.
final class JourneyChanges {

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
    for (String field : mask(request)) {
      switch (field) {
        case "name" -> name = request.hasName() ? request.getName() : missing("name");
        case "description" -> description = request.getDescription();
        case "status" -> status = request.hasStatus() ? request.getStatus() : missing("status");
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
        default ->
            throw ApiException.invalid(
                "update_mask", "\"" + field + "\" is not a field that can be updated");
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

  private static <T> T missing(String field) {
    throw ApiException.invalid(field, "must not be null");
  }

  /// The fields to change: those in the mask or, without one, those that are set. The id is no
  /// change, though a mask made from the keys of a JSON body may name it.
  private static Set<String> mask(UpdateJourneyRequest request) {
    Set<String> mask = new LinkedHashSet<>();
    if (request.getUpdateMask().getPathsCount() > 0) {
      mask.addAll(request.getUpdateMask().getPathsList());
    } else {
      request.getAllFields().keySet().forEach(field -> mask.add(field.getName()));
      mask.remove("update_mask");
    }
    mask.remove("id");
    return mask;
  }
}
