package sextant.metrics.threshold;

import java.util.Set;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Changes;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.v1.UpdateDefinitionRequest;

/// Merges an update into a stored definition.
final class DefinitionChanges {

  private DefinitionChanges() {}

  static void apply(UpdateDefinitionRequest request, DefinitionRecord definition) {
    for (String field : Changes.of(request, "id_or_slug", Set.of()).fields()) {
      if (definition.getCalculation().equals("threshold")
          && (field.equals("description") || field.equals("unit"))) {
        throw ApiException.invalid(field, "cannot be changed of a threshold, only the name can");
      }
      switch (field) {
        case "name" -> {
          if (request.getName().isBlank()) {
            throw ApiException.invalid("name", "must not be blank");
          }
          definition.setName(request.getName());
        }
        case "description" -> definition.setDescription(request.getDescription());
        case "unit" -> {
          definition.setUnitName(request.hasUnit() ? request.getUnit().getName() : null);
          definition.setUnitSymbol(
              request.getUnit().hasSymbol() ? request.getUnit().getSymbol() : null);
        }
        case "change_reason" -> {} // Goes with the version.
        default -> throw new IllegalStateException("not updatable: " + field);
      }
    }
  }
}
