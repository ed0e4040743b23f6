package sextant.metrics.threshold;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.v1.CreateDefinitionRequest;
import sextant.metrics.v1.DefinitionScope;
import sextant.metrics.v1.OutputType;

/// What makes a new observed definition valid beyond the rules of single fields, which the contract
/// states.
final class NewDefinition {

  private NewDefinition() {}

  /// The definition, still without a slug; refuses with all faults at once.
  static DefinitionRecord of(String tenantId, CreateDefinitionRequest request) {
    List<Violation> violations = new ArrayList<>();
    if (request.getName().isBlank()) {
      violations.add(new Violation("name", "must not be blank"));
    }
    boolean perParticipant = request.getScope() == DefinitionScope.DEFINITION_SCOPE_PER_PARTICIPANT;
    if (request.hasParticipantRole() && !perParticipant) {
      violations.add(
          new Violation("participant_role", "is only for definitions of scope PER_PARTICIPANT"));
    }
    DefinitionRecord definition = new DefinitionRecord();
    definition.setTenantId(tenantId);
    definition.setDefinitionId(Ids.next());
    definition.setRootId(definition.getDefinitionId());
    definition.setCalculation("observed");
    definition.setName(request.getName());
    definition.setDescription(request.getDescription());
    definition.setOutputType(Names.of(request.getOutputType()));
    definition.setScope(Names.of(request.getScope()));
    definition.setParticipantRole(
        request.hasParticipantRole() ? Names.of(request.getParticipantRole()) : null);
    definition.setContexts(
        request.getSupportedContextsCount() == 0
            ? new String[] {"call"}
            : request.getSupportedContextsList().stream().map(Names::of).toArray(String[]::new));
    definition.setUnitName(request.hasUnit() ? request.getUnit().getName() : null);
    definition.setUnitSymbol(request.getUnit().hasSymbol() ? request.getUnit().getSymbol() : null);
    scale(definition, request, violations);
    options(definition, request, violations);
    definition.setWatched(false);
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
    return definition;
  }

  private static void scale(
      DefinitionRecord definition, CreateDefinitionRequest request, List<Violation> violations) {
    boolean isScale = request.getOutputType() == OutputType.OUTPUT_TYPE_SCALE;
    Optional<BigDecimal> least =
        bound("scale_min", request.hasScaleMin(), request.getScaleMin(), isScale, violations);
    Optional<BigDecimal> greatest =
        bound("scale_max", request.hasScaleMax(), request.getScaleMax(), isScale, violations);
    if (least.isPresent() && greatest.isPresent() && least.get().compareTo(greatest.get()) >= 0) {
      violations.add(new Violation("scale_max", "must be greater than scaleMin"));
    }
    definition.setScaleMin(least.orElse(null));
    definition.setScaleMax(greatest.orElse(null));
  }

  private static Optional<BigDecimal> bound(
      String field, boolean given, String text, boolean isScale, List<Violation> violations) {
    if (given != isScale) {
      violations.add(
          new Violation(
              field,
              given
                  ? "is only for the output type SCALE"
                  : "is required for the output type SCALE"));
      return Optional.empty();
    }
    Optional<BigDecimal> number = given ? Scalar.number(text) : Optional.empty();
    if (given && number.isEmpty()) {
      violations.add(new Violation(field, Scalar.NUMBER_RULE));
    }
    return number;
  }

  private static void options(
      DefinitionRecord definition, CreateDefinitionRequest request, List<Violation> violations) {
    boolean given = request.getClassificationOptionsCount() > 0;
    if (given != (request.getOutputType() == OutputType.OUTPUT_TYPE_CLASSIFICATION)) {
      violations.add(
          new Violation(
              "classification_options",
              given
                  ? "is only for the output type CLASSIFICATION"
                  : "is required for the output type CLASSIFICATION"));
    }
    definition.setOptions(request.getClassificationOptionsList().toArray(String[]::new));
  }
}
