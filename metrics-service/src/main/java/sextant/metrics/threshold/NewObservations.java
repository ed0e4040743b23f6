package sextant.metrics.threshold;

import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.v1.Observation;

/// Checks observations against their definition.
final class NewObservations {

  private static final Duration MOST_AHEAD = Duration.ofHours(24);

  /// As far back as PostgreSQL and ISO-8601 agree on what a year is.
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private final DefinitionRecord definition;
  private final Set<UUID> variants;
  private final Instant now;
  private final List<Violation> violations = new ArrayList<>();

  private NewObservations(DefinitionRecord definition, Set<UUID> variants, Instant now) {
    this.definition = definition;
    this.variants = variants;
    this.now = now;
  }

  /// An observation that fits, and when it was measured.
  record Fitting(Change change, Instant measuredAt) {}

  /// In the order given; refuses with all faults of all observations.
  static List<Fitting> of(
      DefinitionRecord definition,
      Set<UUID> variants,
      List<Observation> observations,
      Instant now) {
    NewObservations check = new NewObservations(definition, variants, now);
    List<Fitting> fitting = new ArrayList<>();
    for (int index = 0; index < observations.size(); index++) {
      fitting.add(check.fit("observations[" + index + "].", observations.get(index)));
    }
    if (!check.violations.isEmpty()) {
      throw ApiException.invalid(check.violations);
    }
    return fitting;
  }

  private Fitting fit(String path, Observation observation) {
    Change change =
        new Change(
            observation.getSubjectId(),
            observation.hasId() ? observation.getId() : Ids.next().toString(),
            variant(path, observation),
            role(path, observation),
            context(path, observation),
            null,
            value(path, observation.getValue()));
    Instant measuredAt =
        observation.hasObservedAt() ? instant(path, observation.getObservedAt()) : now;
    return new Fitting(change, measuredAt);
  }

  private UUID variant(String path, Observation observation) {
    if (!observation.hasVariantId()) {
      return definition.getVariantId();
    }
    UUID variant = UUID.fromString(observation.getVariantId());
    if (!variants.contains(variant)) {
      fault(path + "variant_id", "must be a variant of the definition");
    }
    return variant;
  }

  private String role(String path, Observation observation) {
    String given =
        observation.hasParticipantRole() ? Names.of(observation.getParticipantRole()) : null;
    String own = definition.getParticipantRole();
    if (definition.getScope().equals("global")) {
      if (given != null) {
        fault(path + "participant_role", "is only for definitions of scope PER_PARTICIPANT");
      }
      return null;
    }
    if (own == null && given == null) {
      fault(path + "participant_role", "is required, as the definition is PER_PARTICIPANT");
    } else if (own != null && given != null && !own.equals(given)) {
      fault(
          path + "participant_role",
          "must be "
              + Names.role(own).orElseThrow().name().substring("PARTICIPANT_ROLE_".length())
              + ", as the definition says");
    }
    return given == null ? own : given;
  }

  private String context(String path, Observation observation) {
    List<String> supported = Arrays.asList(definition.getContexts());
    if (!observation.hasContext()) {
      return supported.getFirst();
    }
    String context = Names.of(observation.getContext());
    if (!supported.contains(context)) {
      fault(
          path + "context",
          "must be "
              + String.join(" or ", supported).toUpperCase(Locale.ROOT)
              + ", which the definition supports");
    }
    return context;
  }

  private String value(String path, String json) {
    Optional<String> value =
        switch (definition.getOutputType()) {
          case "count" ->
              Scalar.number(json)
                  .filter(number -> number.signum() >= 0 && number.scale() <= 0)
                  .map(Scalar::json);
          case "numeric" -> Scalar.number(json).map(Scalar::json);
          case "scale" -> Scalar.number(json).filter(this::isOnScale).map(Scalar::json);
          case "boolean" ->
              Optional.of(json).filter(text -> text.equals("true") || text.equals("false"));
          case "text" ->
              Scalar.text(json)
                  .filter(text -> !text.isEmpty() && text.length() <= Scalar.MAX_TEXT)
                  .map(Scalar::json);
          default ->
              Scalar.text(json)
                  .filter(Arrays.asList(definition.getOptions())::contains)
                  .map(Scalar::json);
        };
    return value.orElseGet(
        () -> {
          fault(path + "value", rule());
          return "";
        });
  }

  private boolean isOnScale(BigDecimal number) {
    return number.compareTo(definition.getScaleMin()) >= 0
        && number.compareTo(definition.getScaleMax()) <= 0;
  }

  private String rule() {
    return switch (definition.getOutputType()) {
      case "count" -> "must be a whole number from 0, of at most 40 digits";
      case "numeric" -> Scalar.NUMBER_RULE;
      case "scale" ->
          "must be a number from "
              + Scalar.json(definition.getScaleMin())
              + " to "
              + Scalar.json(definition.getScaleMax());
      case "boolean" -> "must be true or false";
      case "text" -> "must be a text of 1-2,000 characters, without U+0000";
      default -> "must be one of " + String.join(", ", definition.getOptions());
    };
  }

  private Instant instant(String path, Timestamp timestamp) {
    boolean known =
        timestamp.getNanos() >= 0
            && timestamp.getNanos() < 1_000_000_000
            && timestamp.getSeconds() >= EARLIEST.getEpochSecond()
            && timestamp.getSeconds() <= now.plus(MOST_AHEAD).getEpochSecond();
    if (!known) {
      fault(path + "observed_at", "must be an instant, at most 24 hours ahead");
      return now;
    }
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos())
        .truncatedTo(ChronoUnit.MICROS);
  }

  private void fault(String field, String message) {
    violations.add(new Violation(field, message));
  }
}
