package sextant.metrics.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_ALREADY_EXISTS;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_INVALID_ARGUMENT;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_LIMIT_REACHED;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_NOT_FOUND;
import static sextant.kit.testing.RpcAssertions.assertRefused;
import static sextant.metrics.threshold.Scene.definition;
import static sextant.metrics.threshold.Scene.threshold;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.AggregationMode;
import sextant.metrics.v1.CalculationType;
import sextant.metrics.v1.CreateThresholdRequest;
import sextant.metrics.v1.CreateVariantRequest;
import sextant.metrics.v1.Definition;
import sextant.metrics.v1.OutputType;
import sextant.metrics.v1.ParticipantRole;
import sextant.metrics.v1.ThresholdOperator;
import sextant.metrics.v1.ThresholdSpec;
import sextant.metrics.v1.Unit;
import sextant.metrics.v1.ValueContext;

/// The rules of the threshold document, row by row.
final class ThresholdRulesTest {

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  private static final String VARIANT = "3c90c3cc-0d44-4b50-8888-8dd25736052a";

  private static Scene scene;

  /// Sources of every type, by their type in lower case, and some that differ otherwise.
  @BeforeAll
  static void sources() {
    scene = new Scene(mesh, mesh.newTenant());
    scene.create(definition("count", OutputType.OUTPUT_TYPE_COUNT));
    scene.create(
        definition("numeric", OutputType.OUTPUT_TYPE_NUMERIC)
            .setUnit(Unit.newBuilder().setName("seconds")));
    scene.create(definition("boolean", OutputType.OUTPUT_TYPE_BOOLEAN));
    scene.create(definition("text", OutputType.OUTPUT_TYPE_TEXT));
    scene.create(
        definition("scale", OutputType.OUTPUT_TYPE_SCALE).setScaleMin("0").setScaleMax("9"));
    scene.create(
        definition("classification", OutputType.OUTPUT_TYPE_CLASSIFICATION)
            .addClassificationOptions("a"));
    scene.create(
        definition("turn", OutputType.OUTPUT_TYPE_NUMERIC)
            .setScopeValue(2)
            .addSupportedContexts(ValueContext.VALUE_CONTEXT_TURN));
    scene.create(
        definition("segment", OutputType.OUTPUT_TYPE_NUMERIC)
            .setScopeValue(2)
            .addSupportedContexts(ValueContext.VALUE_CONTEXT_CALL)
            .addSupportedContexts(ValueContext.VALUE_CONTEXT_SEGMENT));
    scene.create(definition("call", OutputType.OUTPUT_TYPE_NUMERIC).setScopeValue(2));
    scene
        .definitions()
        .createVariant(
            CreateVariantRequest.newBuilder()
                .setIdOrSlug("numeric")
                .setName("strict")
                .setId(VARIANT)
                .build());
  }

  @Test
  void theDefaultsAreTheDocumentsAndScopeAndContextsTheSources() {
    Definition source = scene.numeric("Wait time");
    Definition created = scene.each("wait_time", "GREATER_THAN_OR_EQUALS", "4.0");
    assertThat(created)
        .isEqualTo(
            Definition.newBuilder()
                .setId(created.getId())
                .setSlug("wait_time_gte_4")
                .setMetricId("wait_time_gte_4")
                .setVariantId(created.getVariantId())
                .setVersionId(created.getVersionId())
                .setName("Wait time >= 4")
                .setType(OutputType.OUTPUT_TYPE_BOOLEAN)
                .setScope(source.getScope())
                .addAllSupportedContexts(source.getSupportedContextsList())
                .setCalculationType(CalculationType.CALCULATION_TYPE_THRESHOLD)
                .setThreshold(
                    ThresholdSpec.newBuilder()
                        .setSourceMetricDefinitionId(source.getId())
                        .setOperator(ThresholdOperator.THRESHOLD_OPERATOR_GREATER_THAN_OR_EQUALS)
                        .setThresholdValue("4")
                        .setAggregationMode(AggregationMode.AGGREGATION_MODE_EACH))
                .build());
    assertThat(scene.each("wait_time", "GREATER_THAN_OR_EQUALS", "4").getSlug())
        .isEqualTo("wait_time_gte_4_2");
    assertThat(scene.aggregate(source.getId(), "P95", "LESS_THAN", "-0.5").getSlug())
        .isEqualTo("wait_time_p95_lt_0_5");
    Definition named = scene.create(threshold("wait_time", "EQUALS", "1").setName("Exactly One"));
    assertThat(named.getName() + " " + named.getSlug()).isEqualTo("Exactly One exactly_one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Source, operator, value, mode, what else is given.
        "numeric        | GREATER_THAN        | 4         | EACH    |",
        "count          | NOT_EQUALS          | -1e3      | SUM     |",
        "scale          | LESS_THAN_OR_EQUALS | 0.5       | P99     |",
        "boolean        | EQUALS              | true      | EACH    |",
        "boolean        | NOT_EQUALS          | false     | COUNT   | count=1",
        "text           | EQUALS              | 4         | EACH    |",
        "classification | NOT_EQUALS          | other     | COUNT   | count=0",
        "numeric        | EQUALS              | 4         | EACH    | count=1",
        "numeric        | EQUALS              | 4         | EACH    | variant=3c90c3cc-0d44-4b50-8888-8dd25736052a",
        "numeric        | EQUALS              | 4         | EACH    | variant=3C90C3CC-0D44-4B50-8888-8DD25736052A",
        "turn           | EQUALS              | 4         | EACH    | role=AGENT",
        "segment        | EQUALS              | 4         | AVERAGE | role=BACKGROUND_SPEAKER",
        "numeric        | EQUALS              | 4         | EACH    | metricId=only_the_alias",
        "numeric        | EQUALS              | 4         | EACH    | slug=both,metricId=both",
        "numeric        | EQUALS              | 1234567890123456789012345678901234567890 | EACH |",
      })
  void whatTheDocumentAllowsIsCreated(
      String source, String operator, String value, String mode, String rest) {
    assertThat(scene.create(request(source, operator, value, mode, rest)).hasThreshold()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // The faulty field, source, operator, value, mode, what else is given.
        "operator          | numeric        | UNSPECIFIED  | 4     | EACH    |",
        "value             | numeric        | EQUALS       | ''    | EACH    |",
        "value             | numeric        | EQUALS       | four  | EACH    |",
        "value             | numeric        | EQUALS       | 1e41  | EACH    |",
        "value             | numeric        | EQUALS       | 0x4   | EACH    |",
        "value             | numeric        | EQUALS       | ' 4'  | EACH    |",
        "value             | count          | EQUALS       | true  | EACH    |",
        "value             | scale          | EQUALS       | 1/2   | EACH    |",
        "value             | boolean        | EQUALS       | TRUE  | EACH    |",
        "value             | boolean        | EQUALS       | 1     | EACH    |",
        "operator          | boolean        | GREATER_THAN | true  | EACH    |",
        "operator          | text           | LESS_THAN    | a     | EACH    |",
        "operator          | classification | LESS_THAN_OR_EQUALS | a | EACH |",
        "aggregation_mode  | boolean        | EQUALS       | true  | AVERAGE |",
        "aggregation_mode  | text           | EQUALS       | a     | MAX     |",
        "aggregation_mode  | classification | EQUALS       | a     | P95     |",
        "slug              | numeric        | EQUALS       | 4     | EACH    | slug=",
        "slug              | numeric        | EQUALS       | 4     | EACH    | slug=012345678901234567890123456789012345678901234567890",
        "slug              | numeric        | EQUALS       | 4     | EACH    | slug=a/b",
        "slug              | numeric        | EQUALS       | 4     | EACH    | slug=3c90c3cc-0d44-4b50-8888-8dd25736052a",
        "metric_id         | numeric        | EQUALS       | 4     | EACH    | metricId=",
        "metric_id         | numeric        | EQUALS       | 4     | EACH    | slug=one,metricId=two",
        "count_threshold   | numeric        | EQUALS       | 4     | COUNT   |",
        "count_threshold   | numeric        | EQUALS       | 4     | COUNT   | count=-1",
        "source_participant_role | numeric  | EQUALS       | 4     | EACH    | role=AGENT",
        "source_participant_role | call     | EQUALS       | 4     | EACH    | role=AGENT",
        "source_participant_role | turn     | EQUALS       | 4     | EACH    | role=UNSPECIFIED",
        "source_variant_id | numeric        | EQUALS       | 4     | EACH    | variant=strict",
        "source_variant_id | count          | EQUALS       | 4     | EACH    | variant=3c90c3cc-0d44-4b50-8888-8dd25736052a",
      })
  void whatTheDocumentDoesNotAllowIsRefused(
      String field, String source, String operator, String value, String mode, String rest) {
    CreateThresholdRequest.Builder request = request(source, operator, value, mode, rest);
    assertThat(assertRefused(ERROR_REASON_INVALID_ARGUMENT, () -> scene.create(request)).fields())
        .singleElement()
        .asString()
        .startsWith(field + ": ");
  }

  private static CreateThresholdRequest.Builder request(
      String source, String operator, String value, String mode, String rest) {
    CreateThresholdRequest.Builder request =
        threshold(source, operator, value)
            .setAggregationMode(AggregationMode.valueOf("AGGREGATION_MODE_" + mode));
    for (String assignment : rest == null ? new String[0] : rest.split(",")) {
      String[] sides = assignment.split("=", -1);
      switch (sides[0]) {
        case "count" -> request.setCountThreshold(Long.parseLong(sides[1]));
        case "role" ->
            request.setSourceParticipantRole(
                ParticipantRole.valueOf("PARTICIPANT_ROLE_" + sides[1]));
        case "variant" -> request.setSourceVariantId(sides[1]);
        case "slug" -> request.setSlug(sides[1]);
        default -> request.setMetricId(sides[1]);
      }
    }
    return request;
  }

  @Test
  void allFaultsAreNamedAtOnce() {
    assertThat(
            assertRefused(
                    ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        scene.create(
                            threshold("boolean", "LESS_THAN", "maybe")
                                .setAggregationMode(AggregationMode.AGGREGATION_MODE_SUM)
                                .setSourceParticipantRole(ParticipantRole.PARTICIPANT_ROLE_AGENT)))
                .fields())
        .hasSize(4);
  }

  @Test
  void anUnknownSourceIsNotFound() {
    assertRefused(ERROR_REASON_NOT_FOUND, () -> scene.each("unknown", "EQUALS", "1"));
    assertRefused(ERROR_REASON_NOT_FOUND, () -> scene.each(VARIANT, "EQUALS", "1"));
  }

  /// A source is there before its threshold and never changes, so a circle can only be tried by
  /// name.
  @Test
  void aThresholdCannotWatchItself() {
    assertRefused(
        ERROR_REASON_NOT_FOUND,
        () -> scene.create(threshold("itself", "EQUALS", "true").setSlug("itself")));
    scene.create(threshold("numeric", "EQUALS", "77").setSlug("first"));
    assertRefused(
        ERROR_REASON_ALREADY_EXISTS,
        () -> scene.create(threshold("first", "EQUALS", "true").setSlug("first")));
    scene.create(threshold("first", "EQUALS", "true").setSlug("second"));
    assertRefused(
        ERROR_REASON_ALREADY_EXISTS,
        () -> scene.create(threshold("second", "EQUALS", "true").setSlug("first")));
  }

  @Test
  void aSourceHasAtMostAHundredThresholdsAllInAll() {
    scene.numeric("busy");
    String source = "busy";
    for (int number = 0; number < 100; number++) {
      Definition hung =
          scene.each(source, number == 0 ? "GREATER_THAN" : "EQUALS", number == 0 ? "1" : "true");
      source = number % 10 == 0 ? hung.getSlug() : source;
    }
    String last = source;
    assertRefused(ERROR_REASON_LIMIT_REACHED, () -> scene.each(last, "EQUALS", "true"));
    assertRefused(ERROR_REASON_LIMIT_REACHED, () -> scene.each("busy", "EQUALS", "1"));
    scene.observe("busy", Scene.observation("a", "2"));
    assertThat(scene.crossings(last)).containsExactly("a true true");
  }
}
