package sextant.metrics.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_ALREADY_EXISTS;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_INVALID_ARGUMENT;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_LIMIT_REACHED;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_NOT_FOUND;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_WRONG_STATE;
import static sextant.kit.testing.RpcAssertions.assertRefused;
import static sextant.metrics.threshold.Scene.definition;
import static sextant.metrics.threshold.Scene.observation;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.access.v1.Role;
import sextant.kit.db.Ids;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.CalculationType;
import sextant.metrics.v1.CreateDefinitionRequest;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.CreateVariantRequest;
import sextant.metrics.v1.Definition;
import sextant.metrics.v1.DefinitionVersion;
import sextant.metrics.v1.DefinitionsServiceGrpc;
import sextant.metrics.v1.DeleteDefinitionRequest;
import sextant.metrics.v1.GetDefinitionRequest;
import sextant.metrics.v1.ListDefinitionsRequest;
import sextant.metrics.v1.ListValuesRequest;
import sextant.metrics.v1.ListVariantsRequest;
import sextant.metrics.v1.ListVersionsRequest;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.Observation;
import sextant.metrics.v1.OutputType;
import sextant.metrics.v1.ParticipantRole;
import sextant.metrics.v1.Unit;
import sextant.metrics.v1.UpdateDefinitionRequest;
import sextant.metrics.v1.UpdateMetricRequest;
import sextant.metrics.v1.ValueContext;
import sextant.metrics.v1.Variant;

final class DefinitionsServiceTest {

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  private final Scene scene = new Scene(mesh, mesh.newTenant());

  private Definition get(String idOrSlug) {
    return scene
        .definitions()
        .getDefinition(GetDefinitionRequest.newBuilder().setIdOrSlug(idOrSlug).build())
        .getData();
  }

  private Definition update(UpdateDefinitionRequest.Builder request) {
    return scene.definitions().updateDefinition(request.build()).getData();
  }

  private List<DefinitionVersion> versions(String idOrSlug) {
    return scene
        .definitions()
        .listVersions(ListVersionsRequest.newBuilder().setIdOrSlug(idOrSlug).build())
        .getDataList();
  }

  @Test
  void aDefinitionIsCreatedReadAndChangedIntoANewVersion() {
    Definition created =
        scene.create(
            definition("Call Rating!", OutputType.OUTPUT_TYPE_SCALE)
                .setScaleMin("1")
                .setScaleMax("5.50")
                .setUnit(Unit.newBuilder().setName("stars").setSymbol("*")));
    assertThat(created)
        .isEqualTo(
            Definition.newBuilder()
                .setId(created.getId())
                .setSlug("call_rating")
                .setMetricId("call_rating")
                .setVariantId(created.getVariantId())
                .setVersionId(created.getVersionId())
                .setName("Call Rating!")
                .setTypeValue(OutputType.OUTPUT_TYPE_SCALE_VALUE)
                .setScopeValue(1)
                .addSupportedContexts(ValueContext.VALUE_CONTEXT_CALL)
                .setCalculationType(CalculationType.CALCULATION_TYPE_OBSERVED)
                .setUnit(Unit.newBuilder().setName("stars").setSymbol("*"))
                .setScaleMin("1")
                .setScaleMax("5.5")
                .build());
    assertThat(get("call_rating")).isEqualTo(created);
    assertThat(get(created.getId())).isEqualTo(created);

    Definition changed =
        update(
            UpdateDefinitionRequest.newBuilder()
                .setIdOrSlug("call_rating")
                .setName("Rating")
                .setChangeReason("shorter")
                .setUpdateMask(
                    FieldMask.newBuilder()
                        .addPaths("name")
                        .addPaths("unit")
                        .addPaths("change_reason")));
    assertThat(changed)
        .isEqualTo(
            created.toBuilder()
                .setName("Rating")
                .clearUnit()
                .setVersionId(changed.getVersionId())
                .build());
    assertThat(changed.getVersionId()).isNotEqualTo(created.getVersionId());
    assertThat(versions("call_rating"))
        .extracting(DefinitionVersion::getVersionId, DefinitionVersion::getName)
        .containsExactly(
            tuple(changed.getVersionId(), "Rating"), tuple(created.getVersionId(), "Call Rating!"));
    assertThat(versions("call_rating").getFirst().getChangeReason()).isEqualTo("shorter");
    assertThat(versions("call_rating").getLast().getUnit().getSymbol()).isEqualTo("*");
  }

  @Test
  void listsRunOldestFirstPageByPage() {
    List<String> slugs = new ArrayList<>();
    for (String name : List.of("z", "b", "m", "a", "y")) {
      slugs.add(scene.numeric(name).getSlug());
    }
    slugs.add(scene.each("b", "GREATER_THAN", "1").getSlug());
    List<String> listed = new ArrayList<>();
    var request = ListDefinitionsRequest.newBuilder().setLimit(4);
    var page = scene.definitions().listDefinitions(request.build());
    page.getDataList().forEach(each -> listed.add(each.getSlug()));
    assertThat(page.getPagination().getTotal()).isEqualTo(6);
    assertThat(page.getPagination().getHasMore()).isTrue();
    page =
        scene
            .definitions()
            .listDefinitions(request.setCursor(page.getPagination().getCursor()).build());
    page.getDataList().forEach(each -> listed.add(each.getSlug()));
    assertThat(listed).isEqualTo(slugs);
    assertThat(page.getData(1)).isEqualTo(get("b_gt_1"));
    assertThat(page.getPagination().hasCursor()).isFalse();
    assertThat(
            assertRefused(
                    ERROR_REASON_INVALID_ARGUMENT,
                    () -> scene.definitions().listDefinitions(request.setCursor("x").build()))
                .fields())
        .singleElement()
        .asString()
        .startsWith("cursor: ");
  }

  @Test
  void slugsAreUniqueWhereverTheyComeFrom() {
    assertThat(scene.numeric("Same").getSlug()).isEqualTo("same");
    assertThat(scene.numeric("same").getSlug()).isEqualTo("same_2");
    assertThat(scene.numeric("SAME?").getSlug()).isEqualTo("same_3");
    assertThat(scene.numeric("日本").getSlug()).isEqualTo("metric");
    String longest = "x".repeat(100);
    assertThat(scene.numeric(longest).getSlug()).isEqualTo("x".repeat(50));
    assertThat(scene.numeric(longest).getSlug()).isEqualTo("x".repeat(48) + "_2");
    assertRefused(
        ERROR_REASON_ALREADY_EXISTS,
        () -> scene.create(definition("other", OutputType.OUTPUT_TYPE_TEXT).setSlug("same")));
    assertRefused(
        ERROR_REASON_ALREADY_EXISTS,
        () -> scene.create(Scene.threshold("same", "EQUALS", "1").setSlug("same")));
    Definition both =
        scene.create(
            definition("other", OutputType.OUTPUT_TYPE_TEXT).setSlug("S-1").setMetricId("S-1"));
    assertThat(both.getSlug()).isEqualTo("S-1");
    assertThat(get("S-1").getMetricId()).isEqualTo("S-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name                   | {'name': ''}",
        "name                   | {'name': ' '}",
        "output_type            | {'outputType': 0}",
        "slug                   | {'slug': 'a b'}",
        "slug                   | {'slug': '01a1fc18-0237-7487-b6d9-0422894f7bbc'}",
        "metric_id              | {'slug': 'a', 'metricId': 'b'}",
        "participant_role       | {'participantRole': 1}",
        "scale_min              | {'scaleMin': '1'}",
        "scale_max              | {'outputType': 4, 'scaleMin': '1'}",
        "scale_max              | {'outputType': 4, 'scaleMin': '1', 'scaleMax': '1.0'}",
        "scale_min              | {'outputType': 4, 'scaleMin': 'x', 'scaleMax': '1'}",
        "classification_options | {'outputType': 6}",
        "classification_options | {'outputType': 5, 'classificationOptions': ['a']}",
        "unit.name              | {'unit': {}}",
        "supported_contexts     | {'supportedContexts': [1, 1]}",
      })
  void aBadDefinitionIsRefused(String field, String json) throws Exception {
    CreateDefinitionRequest.Builder given = CreateDefinitionRequest.newBuilder();
    JsonFormat.parser().merge(json.replace('\'', '"'), given);
    CreateDefinitionRequest.Builder request =
        CreateDefinitionRequest.newBuilder().setName("n").setOutputTypeValue(2);
    request.mergeFrom(given.build());
    if (json.contains("'name': ''")) {
      request.clearName();
    }
    if (json.contains("'outputType': 0")) {
      request.clearOutputType();
    }
    assertThat(assertRefused(ERROR_REASON_INVALID_ARGUMENT, () -> scene.create(request)).fields())
        .singleElement()
        .asString()
        .startsWith(field);
  }

  @Test
  void whatIsNeverChangedIsRefused() {
    scene.numeric("n");
    scene.each("n", "GREATER_THAN", "1");
    var description =
        UpdateDefinitionRequest.newBuilder().setIdOrSlug("n_gt_1").setDescription("d");
    assertRefused(ERROR_REASON_INVALID_ARGUMENT, () -> update(description));
    assertThat(update(description.clearDescription().setName("fast")).getName()).isEqualTo("fast");
    assertRefused(
        ERROR_REASON_INVALID_ARGUMENT,
        () ->
            update(
                UpdateDefinitionRequest.newBuilder()
                    .setIdOrSlug("n")
                    .setUpdateMask(FieldMask.newBuilder().addPaths("slug"))));
    assertRefused(
        ERROR_REASON_INVALID_ARGUMENT,
        () ->
            update(
                UpdateDefinitionRequest.newBuilder()
                    .setIdOrSlug("n")
                    .setUpdateMask(FieldMask.newBuilder().addPaths("name"))));
    assertRefused(ERROR_REASON_NOT_FOUND, () -> get("unknown"));
    assertRefused(ERROR_REASON_NOT_FOUND, () -> get(Ids.next().toString()));
  }

  @Test
  void aBehavioralMetricIsADefinition() {
    var metrics = scene.as(MetricsServiceGrpc::newBlockingStub);
    Metric metric =
        metrics.createMetric(
            CreateMetricRequest.newBuilder()
                .setName("Purchases 30d")
                .setDescription("d")
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
                .setSourceField("purchase")
                .build());
    Definition definition = get("purchases_30d");
    assertThat(definition.getId()).isEqualTo(metric.getId());
    assertThat(definition.getCalculationType())
        .isEqualTo(CalculationType.CALCULATION_TYPE_BEHAVIORAL);
    assertThat(definition.getType()).isEqualTo(OutputType.OUTPUT_TYPE_COUNT);
    assertThat(definition.getSupportedContextsList())
        .containsExactly(ValueContext.VALUE_CONTEXT_CALL);
    metrics.updateMetric(
        UpdateMetricRequest.newBuilder()
            .setId(metric.getId())
            .setName("Spent")
            .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_SUM)
            .build());
    Definition changed = get("purchases_30d");
    assertThat(changed.getName()).isEqualTo("Spent");
    assertThat(changed.getType()).isEqualTo(OutputType.OUTPUT_TYPE_NUMERIC);
    assertThat(changed.getVariantId()).isEqualTo(definition.getVariantId());
    assertThat(versions(metric.getId()))
        .extracting(DefinitionVersion::getVersionId)
        .containsExactly(changed.getVersionId(), definition.getVersionId());
    String slug = definition.getSlug();
    assertRefused(
        ERROR_REASON_WRONG_STATE,
        () -> update(UpdateDefinitionRequest.newBuilder().setIdOrSlug(slug).setName("x")));
    assertRefused(
        ERROR_REASON_WRONG_STATE,
        () ->
            scene
                .definitions()
                .deleteDefinition(DeleteDefinitionRequest.newBuilder().setIdOrSlug(slug).build()));
    assertRefused(ERROR_REASON_WRONG_STATE, () -> scene.observe(slug, observation("a", "1")));
    assertRefused(ERROR_REASON_WRONG_STATE, () -> variant(slug, "v"));
  }

  private Variant variant(String idOrSlug, String name) {
    return scene
        .definitions()
        .createVariant(
            CreateVariantRequest.newBuilder().setIdOrSlug(idOrSlug).setName(name).build())
        .getData();
  }

  @Test
  void variantsHaveNamesAndIds() {
    Definition definition = scene.numeric("n");
    Variant strict = variant("n", "strict");
    assertRefused(ERROR_REASON_ALREADY_EXISTS, () -> variant("n", "strict"));
    assertRefused(ERROR_REASON_ALREADY_EXISTS, () -> variant("n", "Default"));
    assertRefused(
        ERROR_REASON_ALREADY_EXISTS,
        () ->
            scene
                .definitions()
                .createVariant(
                    CreateVariantRequest.newBuilder()
                        .setIdOrSlug("n")
                        .setName("x")
                        .setId(definition.getVariantId())
                        .build()));
    assertThat(
            scene
                .definitions()
                .listVariants(ListVariantsRequest.newBuilder().setIdOrSlug("n").build())
                .getDataList())
        .containsExactly(
            Variant.newBuilder()
                .setId(definition.getVariantId())
                .setName("Default")
                .setIsDefault(true)
                .build(),
            strict);
    for (int number = 2; number < 50; number++) {
      variant("n", "v" + number);
    }
    assertRefused(ERROR_REASON_LIMIT_REACHED, () -> variant("n", "one too many"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "COUNT          | 0           | 1.0   | 1e3  ",
        "NUMERIC        | -1.5        | 1e-39 | 12345678901234567890.123",
        "SCALE          | 1           | 5     | 2.50 ",
        "BOOLEAN        | true        | false | true ",
        "TEXT           | \"a\"     | \"\\u00e9\" | \" \"",
        "CLASSIFICATION | \"yes\"   | \"no\" | \"yes\"",
      })
  void valuesThatFitAreTaken(String type, String one, String two, String three) {
    create(type);
    scene.observe("n", observation("a", one), observation("b", two), observation("c", three));
    assertThat(scene.values("n")).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "COUNT          | -1          | 1.5    | \"1\"",
        "NUMERIC        | \"1\"     | true   | 1e99",
        "NUMERIC        | 01          | .5     | NaN",
        "SCALE          | 0.99        | 5.01   | null",
        "BOOLEAN        | 1           | \"true\" | TRUE",
        "TEXT           | \"\"      | 1      | \"\\u0000\"",
        "TEXT           | \"\\ud800\" | {}  | \"a\" \"b\"",
        "CLASSIFICATION | \"maybe\" | true   | [\"yes\"]",
      })
  void valuesThatDoNotFitAreAllNamed(String type, String one, String two, String three) {
    create(type);
    assertThat(
            assertRefused(
                    ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        scene.observe(
                            "n",
                            observation("a", one),
                            observation("b", two),
                            observation("c", three)))
                .fields())
        .hasSize(3)
        .allMatch(fault -> fault.matches("observations\\[[0-2]]\\.value: must be .*"));
    assertThat(scene.values("n")).isEmpty();
  }

  private void create(String type) {
    CreateDefinitionRequest.Builder request =
        definition("n", OutputType.valueOf("OUTPUT_TYPE_" + type));
    switch (type) {
      case "SCALE" -> request.setScaleMin("1").setScaleMax("5");
      case "CLASSIFICATION" ->
          request.addClassificationOptions("yes").addClassificationOptions("no");
      default -> {}
    }
    scene.create(request);
  }

  @Test
  void anObservationMustSuitItsDefinition() {
    scene.numeric("global");
    scene.create(definition("any", OutputType.OUTPUT_TYPE_NUMERIC).setScopeValue(2));
    scene.create(
        definition("agent", OutputType.OUTPUT_TYPE_NUMERIC)
            .setScopeValue(2)
            .setParticipantRole(ParticipantRole.PARTICIPANT_ROLE_AGENT));
    Observation plain = observation("a", "1");
    Observation customer =
        plain.toBuilder().setParticipantRole(ParticipantRole.PARTICIPANT_ROLE_CUSTOMER).build();
    refusedFor("participant_role", "global", customer);
    refusedFor("participant_role", "any", plain);
    refusedFor("participant_role", "agent", customer);
    refusedFor(
        "context", "global", plain.toBuilder().setContext(ValueContext.VALUE_CONTEXT_TURN).build());
    refusedFor(
        "variant_id", "global", plain.toBuilder().setVariantId(Ids.next().toString()).build());
    refusedFor("variant_id", "global", plain.toBuilder().setVariantId("x").build());
    refusedFor("subject_id", "global", plain.toBuilder().clearSubjectId().build());
    refusedFor("value", "global", plain.toBuilder().clearValue().build());
    Timestamp late =
        Timestamp.newBuilder().setSeconds(mesh.clock.instant().getEpochSecond() + 86_401).build();
    refusedFor("observed_at", "global", plain.toBuilder().setObservedAt(late).build());
    scene.observe("any", customer);
    scene.observe("agent", plain);
    assertThat(scene.values("agent").getFirst().getParticipantRole())
        .isEqualTo(ParticipantRole.PARTICIPANT_ROLE_AGENT);
    assertRefused(
        ERROR_REASON_INVALID_ARGUMENT,
        () ->
            scene
                .observations()
                .listValues(
                    ListValuesRequest.newBuilder().setIdOrSlug("any").setFired(true).build()));
  }

  private void refusedFor(String field, String definition, Observation observation) {
    assertThat(
            assertRefused(
                    ERROR_REASON_INVALID_ARGUMENT, () -> scene.observe(definition, observation))
                .fields())
        .as(field)
        .singleElement()
        .asString()
        .startsWith("observations[0]." + field + ": ");
  }

  @Test
  void valuesRunNewestFirstPageByPage() {
    scene.numeric("n");
    List<String> expected = new ArrayList<>();
    for (int index = 0; index < 7; index++) {
      long second = mesh.clock.instant().getEpochSecond() - index / 2;
      Observation observation =
          observation("s" + (9 - index), String.valueOf(index)).toBuilder()
              .setObservedAt(Timestamp.newBuilder().setSeconds(second))
              .build();
      scene.observe("n", observation);
      expected.add(String.valueOf(index));
    }
    List<String> values = new ArrayList<>();
    var request = ListValuesRequest.newBuilder().setIdOrSlug("n").setLimit(3);
    while (true) {
      var page = scene.observations().listValues(request.build());
      page.getDataList().forEach(value -> values.add(value.getValue()));
      assertThat(page.getPagination().getTotal()).isEqualTo(7);
      if (!page.getPagination().getHasMore()) {
        break;
      }
      request.setCursor(page.getPagination().getCursor());
    }
    assertThat(values).isEqualTo(expected);
    assertThat(
            scene
                .observations()
                .listValues(request.clearCursor().setSubjectId("s5").build())
                .getDataList())
        .singleElement()
        .satisfies(value -> assertThat(value.getValue()).isEqualTo("4"));
  }

  @Test
  void anotherTenantFindsNothing() {
    scene.numeric("mine");
    var others =
        mesh.as(DefinitionsServiceGrpc::newBlockingStub, mesh.newTenant(), Role.ROLE_ADMIN);
    assertRefused(
        ERROR_REASON_NOT_FOUND,
        () -> others.getDefinition(GetDefinitionRequest.newBuilder().setIdOrSlug("mine").build()));
    assertThat(others.listDefinitions(ListDefinitionsRequest.getDefaultInstance()).getDataList())
        .isEmpty();
  }

  @Test
  void aStatementThatForgetsTheTenantSeesItsOwnTenantOnly() throws Exception {
    scene.numeric("n");
    scene.each("n", "GREATER_THAN", "1");
    scene.observe("n", observation("a", "2"));
    List<String> tables =
        List.of(
            "definition",
            "definition_version",
            "definition_variant",
            "threshold",
            "definition_value",
            "transition",
            "abandoned_definition",
            "changed_value");
    mesh.database()
        .asOwner(
            owner -> {
              owner.execute(
                  "insert into metrics.abandoned_definition values (?, gen_random_uuid())",
                  scene.tenant());
              return owner.execute(
                  "insert into metrics.changed_value values (?, 'a', gen_random_uuid(), 1)",
                  scene.tenant());
            });
    try (Connection connection =
            DriverManager.getConnection(mesh.database().url(), "sextant_metrics", "");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String tenant : List.of(scene.tenant(), "somebody-else")) {
        statement.execute("set local sextant.tenant = '" + tenant + "'");
        for (String table : tables) {
          ResultSet row = statement.executeQuery("select count(*) from metrics." + table);
          row.next();
          assertThat(row.getInt(1) > 0)
              .as(tenant + " " + table)
              .isEqualTo(tenant.equals(scene.tenant()));
        }
      }
    }
  }
}
