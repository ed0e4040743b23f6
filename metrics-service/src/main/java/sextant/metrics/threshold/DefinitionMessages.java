package sextant.metrics.threshold;

import java.util.Arrays;
import java.util.List;
import org.jooq.DSLContext;
import sextant.kit.rpc.Timestamps;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.DefinitionVersionRecord;
import sextant.metrics.jooq.tables.records.ThresholdRecord;
import sextant.metrics.v1.Definition;
import sextant.metrics.v1.DefinitionResponse;
import sextant.metrics.v1.DefinitionVersion;
import sextant.metrics.v1.ThresholdSpec;
import sextant.metrics.v1.Unit;

/// Definitions as the contract shows them.
final class DefinitionMessages {

  private DefinitionMessages() {}

  static DefinitionResponse response(DSLContext tx, DefinitionRecord row) {
    return DefinitionResponse.newBuilder()
        .setData(
            definition(
                row, DefinitionStore.thresholds(tx, List.of(row)).get(row.getDefinitionId())))
        .build();
  }

  /// `threshold`: null for a definition that is none.
  static Definition definition(DefinitionRecord row, ThresholdRecord threshold) {
    Definition.Builder definition =
        Definition.newBuilder()
            .setId(row.getDefinitionId().toString())
            .setSlug(row.getSlug())
            .setMetricId(row.getSlug())
            .setVariantId(row.getVariantId().toString())
            .setVersionId(row.getVersionId().toString())
            .setName(row.getName())
            .setDescription(row.getDescription())
            .setType(Names.outputType(row.getOutputType()))
            .setScope(Names.scope(row.getScope()))
            .addAllSupportedContexts(Arrays.stream(row.getContexts()).map(Names::context).toList())
            .setCalculationType(Names.calculation(row.getCalculation()))
            .addAllClassificationOptions(List.of(row.getOptions()));
    if (row.getUnitName() != null) {
      definition.setUnit(unit(row.getUnitName(), row.getUnitSymbol()));
    }
    if (threshold != null) {
      definition.setThreshold(spec(threshold));
    }
    Names.role(row.getParticipantRole()).ifPresent(definition::setParticipantRole);
    if (row.getScaleMin() != null) {
      definition.setScaleMin(Scalar.json(row.getScaleMin()));
      definition.setScaleMax(Scalar.json(row.getScaleMax()));
    }
    return definition.build();
  }

  private static ThresholdSpec spec(ThresholdRecord row) {
    ThresholdSpec.Builder spec =
        ThresholdSpec.newBuilder()
            .setSourceMetricDefinitionId(row.getSourceId().toString())
            .setOperator(Names.operator(row.getOperator()))
            .setThresholdValue(Scalar.text(row.getValue()).orElse(row.getValue()))
            .setAggregationMode(Names.mode(row.getMode()));
    if (row.getCountThreshold() != null) {
      spec.setCountThreshold(row.getCountThreshold());
    }
    Names.role(row.getParticipantRole()).ifPresent(spec::setSourceParticipantRole);
    if (row.getPinsVariant()) {
      spec.setSourceVariantId(row.getSourceVariantId().toString());
    }
    return spec.build();
  }

  static DefinitionVersion version(DefinitionVersionRecord row) {
    DefinitionVersion.Builder version =
        DefinitionVersion.newBuilder()
            .setVersionId(row.getVersionId().toString())
            .setName(row.getName())
            .setDescription(row.getDescription())
            .setChangeReason(row.getChangeReason())
            .setCreatedAt(Timestamps.of(row.getCreatedAt()));
    if (row.getUnitName() != null) {
      version.setUnit(unit(row.getUnitName(), row.getUnitSymbol()));
    }
    return version.build();
  }

  private static Unit unit(String name, String symbol) {
    Unit.Builder unit = Unit.newBuilder().setName(name);
    return symbol == null ? unit.build() : unit.setSymbol(symbol).build();
  }
}
