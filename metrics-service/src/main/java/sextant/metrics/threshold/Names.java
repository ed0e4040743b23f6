package sextant.metrics.threshold;

import java.util.Locale;
import java.util.Optional;
import sextant.metrics.v1.AggregationMode;
import sextant.metrics.v1.CalculationType;
import sextant.metrics.v1.DefinitionScope;
import sextant.metrics.v1.OutputType;
import sextant.metrics.v1.ParticipantRole;
import sextant.metrics.v1.ThresholdOperator;
import sextant.metrics.v1.ValueContext;

/// The contract's enums as columns hold them: in lower case, without their prefix.
final class Names {

  private Names() {}

  static String of(OutputType type) {
    return lower(type, "OUTPUT_TYPE_");
  }

  static String of(DefinitionScope scope) {
    return scope == DefinitionScope.DEFINITION_SCOPE_UNSPECIFIED
        ? "global"
        : lower(scope, "DEFINITION_SCOPE_");
  }

  static String of(ParticipantRole role) {
    return lower(role, "PARTICIPANT_ROLE_");
  }

  static String of(ValueContext context) {
    return lower(context, "VALUE_CONTEXT_");
  }

  static String of(ThresholdOperator operator) {
    return lower(operator, "THRESHOLD_OPERATOR_");
  }

  static String of(AggregationMode mode) {
    return mode == AggregationMode.AGGREGATION_MODE_UNSPECIFIED
        ? "each"
        : lower(mode, "AGGREGATION_MODE_");
  }

  private static String lower(Enum<?> value, String prefix) {
    return value.name().substring(prefix.length()).toLowerCase(Locale.ROOT);
  }

  static OutputType outputType(String stored) {
    return OutputType.valueOf("OUTPUT_TYPE_" + upper(stored));
  }

  static CalculationType calculation(String stored) {
    return CalculationType.valueOf("CALCULATION_TYPE_" + upper(stored));
  }

  static DefinitionScope scope(String stored) {
    return DefinitionScope.valueOf("DEFINITION_SCOPE_" + upper(stored));
  }

  static ValueContext context(String stored) {
    return ValueContext.valueOf("VALUE_CONTEXT_" + upper(stored));
  }

  static ThresholdOperator operator(String stored) {
    return ThresholdOperator.valueOf("THRESHOLD_OPERATOR_" + upper(stored));
  }

  static AggregationMode mode(String stored) {
    return AggregationMode.valueOf("AGGREGATION_MODE_" + upper(stored));
  }

  /// Empty for null, which columns hold for "none" or "any".
  static Optional<ParticipantRole> role(String stored) {
    return Optional.ofNullable(stored)
        .map(role -> ParticipantRole.valueOf("PARTICIPANT_ROLE_" + upper(role)));
  }

  private static String upper(String stored) {
    return stored.toUpperCase(Locale.ROOT);
  }
}
