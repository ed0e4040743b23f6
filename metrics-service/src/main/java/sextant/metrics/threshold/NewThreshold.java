package sextant.metrics.threshold;

import static sextant.metrics.jooq.Tables.DEFINITION_VARIANT;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.ThresholdRecord;
import sextant.metrics.v1.AggregationMode;
import sextant.metrics.v1.CreateThresholdRequest;
import sextant.metrics.v1.ThresholdOperator;

/// What makes a new threshold valid on its source, beyond the rules of single fields, which the
/// contract states.
final class NewThreshold {

  private static final Set<String> NUMBERS = Set.of("count", "numeric", "scale");
  private static final Set<ThresholdOperator> EQUALITY =
      Set.of(
          ThresholdOperator.THRESHOLD_OPERATOR_EQUALS,
          ThresholdOperator.THRESHOLD_OPERATOR_NOT_EQUALS);
  private static final Set<String> PER_VALUE = Set.of("each", "count");

  /// Operators in names, and in slugs.
  private static final Map<String, List<String>> OPERATORS =
      Map.of(
          "greater_than", List.of(">", "gt"),
          "greater_than_or_equals", List.of(">=", "gte"),
          "less_than", List.of("<", "lt"),
          "less_than_or_equals", List.of("<=", "lte"),
          "equals", List.of("=", "eq"),
          "not_equals", List.of("!=", "neq"));

  private NewThreshold() {}

  /// What the threshold compares; refuses with all faults at once.
  static ThresholdRecord of(
      DSLContext tx, DefinitionRecord source, CreateThresholdRequest request) {
    List<Violation> violations = new ArrayList<>();
    ThresholdRecord threshold = new ThresholdRecord();
    threshold.setTenantId(source.getTenantId());
    threshold.setThresholdId(Ids.next());
    threshold.setSourceId(source.getDefinitionId());
    threshold.setOperator(Names.of(request.getOperator()));
    threshold.setMode(Names.of(request.getAggregationMode()));
    threshold.setValue(value(source, request.getValue(), violations));
    threshold.setMeasured(0L);
    threshold.setMet(0L);
    threshold.setBelow(0L);
    threshold.setTotal(BigDecimal.ZERO);
    threshold.setTransitions(0L);
    comparison(source, request, threshold, violations);
    role(source, request, threshold, violations);
    variant(tx, source, request, threshold, violations);
    if (request.hasName() && request.getName().isBlank()) {
      violations.add(new Violation("name", "must not be blank"));
    }
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
    return threshold;
  }

  private static String value(DefinitionRecord source, String value, List<Violation> violations) {
    if (NUMBERS.contains(source.getOutputType())) {
      return Scalar.number(value)
          .map(Scalar::json)
          .orElseGet(() -> fault(violations, "value", Scalar.NUMBER_RULE + ", as the source is"));
    }
    if (source.getOutputType().equals("boolean")) {
      return value.equals("true") || value.equals("false")
          ? value
          : fault(violations, "value", "must be true or false, as the source is");
    }
    return Scalar.isStorable(value)
        ? Scalar.json(value)
        : fault(violations, "value", "must not contain half a surrogate pair");
  }

  private static void comparison(
      DefinitionRecord source,
      CreateThresholdRequest request,
      ThresholdRecord threshold,
      List<Violation> violations) {
    if (!NUMBERS.contains(source.getOutputType())) {
      String type = source.getOutputType();
      if (!EQUALITY.contains(request.getOperator())) {
        fault(violations, "operator", "must be EQUALS or NOT_EQUALS for a " + type + " source");
      }
      if (!PER_VALUE.contains(threshold.getMode())) {
        fault(violations, "aggregation_mode", "must be EACH or COUNT for a " + type + " source");
      }
    }
    if (request.hasCountThreshold()) {
      threshold.setCountThreshold(request.getCountThreshold());
    } else if (request.getAggregationMode() == AggregationMode.AGGREGATION_MODE_COUNT) {
      fault(violations, "count_threshold", "is required when aggregationMode is COUNT");
    }
  }

  private static void role(
      DefinitionRecord source,
      CreateThresholdRequest request,
      ThresholdRecord threshold,
      List<Violation> violations) {
    if (!request.hasSourceParticipantRole()) {
      return;
    }
    threshold.setParticipantRole(Names.of(request.getSourceParticipantRole()));
    if (!source.getScope().equals("per_participant")) {
      fault(violations, "source_participant_role", "is only for sources of scope PER_PARTICIPANT");
    } else if (Stream.of(source.getContexts()).allMatch("call"::equals)) {
      fault(
          violations,
          "source_participant_role",
          "is only for sources that support the context SEGMENT or TURN");
    }
  }

  private static void variant(
      DSLContext tx,
      DefinitionRecord source,
      CreateThresholdRequest request,
      ThresholdRecord threshold,
      List<Violation> violations) {
    threshold.setPinsVariant(request.hasSourceVariantId());
    threshold.setSourceVariantId(
        request.hasSourceVariantId()
            ? UUID.fromString(request.getSourceVariantId())
            : source.getVariantId());
    boolean known =
        tx.fetchExists(
            DEFINITION_VARIANT,
            DEFINITION_VARIANT
                .TENANT_ID
                .eq(source.getTenantId())
                .and(DEFINITION_VARIANT.DEFINITION_ID.eq(source.getDefinitionId()))
                .and(DEFINITION_VARIANT.VARIANT_ID.eq(threshold.getSourceVariantId())));
    if (!known) {
      fault(violations, "source_variant_id", "must be a variant of the source");
    }
  }

  private static String fault(List<Violation> violations, String field, String message) {
    violations.add(new Violation(field, message));
    return "";
  }

  /// The threshold as a definition, still without a slug.
  static DefinitionRecord definition(
      DefinitionRecord source, ThresholdRecord threshold, CreateThresholdRequest request) {
    DefinitionRecord definition = new DefinitionRecord();
    definition.setTenantId(source.getTenantId());
    definition.setDefinitionId(threshold.getThresholdId());
    definition.setRootId(source.getRootId());
    definition.setCalculation("threshold");
    definition.setOutputType("boolean");
    definition.setScope(source.getScope());
    definition.setParticipantRole(source.getParticipantRole());
    definition.setContexts(source.getContexts());
    definition.setOptions(new String[0]);
    definition.setName(
        request.hasName() ? request.getName() : name(source.getName(), 0, " ", threshold));
    definition.setDescription("");
    definition.setWatched(false);
    return definition;
  }

  /// What a slug is made from when none is asked for.
  static String slugStem(
      DefinitionRecord source, ThresholdRecord threshold, CreateThresholdRequest request) {
    return request.hasName() ? request.getName() : name(source.getSlug(), 1, "_", threshold);
  }

  /// Such as `Rating >= 4` or `Rating p95 > 2`; `rating_gte_4` or `rating_p95_gt_2`.
  private static String name(String source, int spelling, String joint, ThresholdRecord threshold) {
    String mode = threshold.getMode().equals("each") ? "" : joint + threshold.getMode();
    String value = Scalar.text(threshold.getValue()).orElse(threshold.getValue());
    String comparison =
        mode + joint + OPERATORS.get(threshold.getOperator()).get(spelling) + joint + value;
    int longest = spelling == 0 ? 100 : 50;
    String tail = cut(comparison, longest - 20);
    return cut(source, longest - tail.length()) + tail;
  }

  /// Never through a surrogate pair.
  private static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    return text.substring(0, length - (Character.isHighSurrogate(text.charAt(length - 1)) ? 1 : 0));
  }
}
