package sextant.metrics.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.metrics.threshold.Scene.observation;
import static sextant.metrics.threshold.Scene.threshold;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.kit.testing.Seeds;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.AggregationMode;
import sextant.metrics.v1.CreateVariantRequest;
import sextant.metrics.v1.Definition;
import sextant.metrics.v1.Observation;
import sextant.metrics.v1.OutputType;
import sextant.metrics.v1.ParticipantRole;
import sextant.metrics.v1.ThresholdOperator;
import sextant.metrics.v1.Transition;
import sextant.metrics.v1.ValueContext;

/// All operators with all aggregation modes against an oracle, observation by observation.
final class ThresholdEvaluationTest {

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  /// On, next to and far from what is compared, in spellings that must not matter.
  private static final List<String> EDGES =
      List.of(
          "4",
          "4.0",
          "40e-1",
          "3.9999999999999999999999999",
          "4.0000000000000000000000001",
          "-4",
          "0",
          "-0",
          "3",
          "5",
          "8",
          "12.5",
          "0.1",
          "1e39",
          "-1e39",
          "-12345678901234567890.5");

  private final Scene scene = new Scene(mesh, mesh.newTenant());

  private record Watched(
      Definition definition, AggregationMode mode, ThresholdOperator operator, BigDecimal value) {}

  @Test
  void allPairsOfOperatorAndModeEqualTheOracle() {
    Seeds.forEach(2, this::checkAllPairs);
  }

  private void checkAllPairs(Random random) {
    Definition source = scene.numeric("source");
    List<Watched> watched = new ArrayList<>();
    for (AggregationMode mode : modes()) {
      for (ThresholdOperator operator : operators()) {
        BigDecimal value = new BigDecimal(random.nextInt(3) > 0 ? "4" : "0");
        watched.add(new Watched(create(source, mode, operator, value), mode, operator, value));
      }
    }
    assertThat(watched).hasSize(54);
    Map<String, BigDecimal> seen = new TreeMap<>();
    Map<Watched, Map<String, Boolean>> states = new HashMap<>();
    check(watched, seen, states);
    for (int call = 0; call < 5; call++) {
      List<Observation> observations = new ArrayList<>();
      int size = 1 + random.nextInt(call == 4 ? 60 : 4);
      for (int index = 0; index < size; index++) {
        String json = EDGES.get(random.nextInt(EDGES.size()));
        String subject = "s" + (seen.size() + 1);
        seen.put(subject, new BigDecimal(json));
        observations.add(observation(subject, json));
      }
      Scene.observe(scene.observations(), source.getSlug(), observations);
      check(watched, seen, states);
    }
  }

  private Definition create(
      Definition source, AggregationMode mode, ThresholdOperator operator, BigDecimal value) {
    return scene.create(
        threshold(source.getId(), "EQUALS", value.toPlainString())
            .setOperator(operator)
            .setAggregationMode(mode)
            .setCountThreshold(2));
  }

  /// Results, and that what they went through is what the transitions say, no less and no more.
  private void check(
      List<Watched> watched,
      Map<String, BigDecimal> seen,
      Map<Watched, Map<String, Boolean>> states) {
    for (Watched each : watched) {
      Map<String, Boolean> before = states.computeIfAbsent(each, none -> new HashMap<>());
      Map<String, Boolean> after = new HashMap<>();
      List<String> expected = new ArrayList<>();
      if (each.mode() == AggregationMode.AGGREGATION_MODE_EACH) {
        seen.forEach(
            (subject, value) -> {
              boolean fired = ThresholdOracle.meets(each.operator(), value, each.value());
              after.put(subject, fired);
              expected.add(
                  subject + " " + fired + " " + value.stripTrailingZeros().toPlainString());
            });
      } else {
        String result =
            ThresholdOracle.aggregate(
                each.mode(), each.operator(), each.value(), List.copyOf(seen.values()));
        after.put("", result.startsWith("true"));
        expected.add(result);
      }
      String slug = each.definition().getSlug();
      assertThat(scene.results(slug)).as(slug).containsExactlyInAnyOrderElementsOf(expected);
      checkTransitions(slug, before, after);
      states.put(each, after);
    }
  }

  private final Map<String, Integer> positions = new HashMap<>();

  private void checkTransitions(
      String slug, Map<String, Boolean> before, Map<String, Boolean> after) {
    List<Transition> all = scene.transitions(slug);
    List<Transition> fresh = all.subList(positions.getOrDefault(slug, 0), all.size());
    Map<String, Boolean> crossed = new HashMap<>();
    after.forEach(
        (subject, fired) -> {
          if (fired != before.getOrDefault(subject, false)) {
            crossed.put(subject, fired);
          }
        });
    assertThat(fresh).as(slug).hasSize(crossed.size());
    fresh.forEach(
        each -> assertThat(crossed).as(slug).containsEntry(each.getSubjectId(), each.getFired()));
    positions.put(slug, all.size());
    for (int index = 0; index < all.size(); index++) {
      assertThat(all.get(index).getPosition()).isEqualTo(index + 1);
    }
  }

  private static List<AggregationMode> modes() {
    return List.of(AggregationMode.values()).subList(1, 10);
  }

  private static List<ThresholdOperator> operators() {
    return List.of(ThresholdOperator.values()).subList(1, 7);
  }

  @Test
  void aThresholdTakesInWhatIsThereAlready() {
    Definition source = scene.numeric("source");
    List<BigDecimal> values = new ArrayList<>();
    List<Observation> observations = new ArrayList<>();
    for (int index = 0; index < 2_500; index++) {
      values.add(BigDecimal.valueOf(index * 7919L % 2503, 1));
      observations.add(observation("s" + index, values.getLast().toPlainString()));
    }
    for (int start = 0; start < 2_500; start += 500) {
      Scene.observe(
          scene.observations(), source.getSlug(), observations.subList(start, start + 500));
    }
    for (AggregationMode mode : modes().subList(1, 9)) {
      for (String value : List.of("0.05", "17", "125.1", "237.7", "247.8", "9999")) {
        ThresholdOperator operator = ThresholdOperator.THRESHOLD_OPERATOR_GREATER_THAN;
        Definition threshold = create(source, mode, operator, new BigDecimal(value));
        String expected = ThresholdOracle.aggregate(mode, operator, new BigDecimal(value), values);
        assertThat(scene.results(threshold.getId())).as(mode + value).containsExactly(expected);
        assertThat(scene.crossings(threshold.getId()))
            .isEqualTo(expected.startsWith("true") ? List.of(expected) : List.of());
      }
    }
    Definition each = scene.each(source.getId(), "LESS_THAN", "10");
    assertThat(scene.transitions(each.getId()))
        .hasSize((int) values.stream().filter(value -> value.intValue() < 10).count());
  }

  @Test
  void meansAreComparedWithoutRounding() {
    scene.numeric("source");
    Definition third = scene.aggregate("source", "AVERAGE", "GREATER_THAN", "0.3333333333");
    Definition equal = scene.aggregate("source", "AVERAGE", "EQUALS", "0.3333333333");
    scene.observe("source", observation("a", "0"), observation("a", "0"), observation("a", "1"));
    assertThat(scene.results(third.getId())).containsExactly("true 0.3333333333");
    assertThat(scene.results(equal.getId())).containsExactly("false 0.3333333333");
  }

  @Test
  void booleansTextsAndClassesAreEqualOrNot() {
    scene.create(Scene.definition("flag", OutputType.OUTPUT_TYPE_BOOLEAN));
    scene.create(Scene.definition("note", OutputType.OUTPUT_TYPE_TEXT));
    scene.create(
        Scene.definition("kind", OutputType.OUTPUT_TYPE_CLASSIFICATION)
            .addClassificationOptions("billing")
            .addClassificationOptions("other"));
    scene.each("flag", "EQUALS", "true");
    scene.aggregate("flag", "COUNT", "NOT_EQUALS", "true");
    scene.each("note", "EQUALS", "4");
    scene.each("note", "NOT_EQUALS", "\"4\" \\ é");
    scene.aggregate("kind", "COUNT", "EQUALS", "billing");
    scene.observe("flag", observation("a", "true"), observation("b", "false"));
    scene.observe(
        "note",
        observation("a", "\"4\""),
        observation("b", "\"4.0\""),
        observation("c", "\"\\\"4\\\" \\\\ \\u00e9\""));
    scene.observe("kind", observation("a", "\"billing\""), observation("b", "\"other\""));
    assertThat(scene.results("flag_eq_true")).containsExactly("a true true", "b false false");
    assertThat(scene.results("flag_count_neq_true")).containsExactly("false 1");
    assertThat(scene.results("note_eq_4"))
        .containsExactly("a true \"4\"", "b false \"4.0\"", "c false \"\\\"4\\\" \\\\ é\"");
    assertThat(scene.results("note_neq_4"))
        .containsExactly("a true \"4\"", "b true \"4.0\"", "c false \"\\\"4\\\" \\\\ é\"");
    assertThat(scene.results("kind_count_eq_billing")).containsExactly("false 1");
    scene.observe("kind", observation("c", "\"billing\""));
    scene.observe("flag", observation("c", "false"), observation("d", "false"));
    assertThat(scene.crossings("kind_count_eq_billing")).containsExactly("true 2");
    assertThat(scene.crossings("flag_count_neq_true")).containsExactly("true 3");
    assertThat(scene.crossings("flag_eq_true")).containsExactly("a true true");
  }

  @Test
  void thresholdsWatchThresholds() {
    scene.numeric("wait");
    Definition slow = scene.each("wait", "GREATER_THAN", "10");
    Definition often = scene.aggregate(slow.getId(), "COUNT", "EQUALS", "true");
    Definition calm = scene.each(often.getId(), "EQUALS", "false");
    assertThat(scene.results(calm.getId())).containsExactly("true false");
    scene.observe("wait", observation("a", "11"), observation("b", "9"));
    assertThat(scene.crossings(often.getId())).isEmpty();
    scene.observe("wait", observation("c", "12"), observation("d", "13"));
    assertThat(scene.results(often.getId())).containsExactly("true 3");
    assertThat(scene.crossings(often.getId())).containsExactly("true 3");
    assertThat(scene.crossings(calm.getId())).containsExactly("true false", "false true");
    Definition late = scene.aggregate(slow.getId(), "COUNT", "NOT_EQUALS", "true");
    assertThat(scene.results(late.getId())).containsExactly("false 1");
  }

  @Test
  void rolesAndVariantsAreToldApart() {
    Definition pace =
        scene.create(
            Scene.definition("pace", OutputType.OUTPUT_TYPE_NUMERIC)
                .setScopeValue(2)
                .addSupportedContexts(ValueContext.VALUE_CONTEXT_TURN)
                .addSupportedContexts(ValueContext.VALUE_CONTEXT_CALL));
    String strict =
        scene
            .definitions()
            .createVariant(
                CreateVariantRequest.newBuilder().setIdOrSlug("pace").setName("strict").build())
            .getData()
            .getId();
    Definition agents =
        scene.create(
            threshold("pace", "GREATER_THAN", "1")
                .setAggregationMode(AggregationMode.AGGREGATION_MODE_MAX)
                .setSourceParticipantRole(ParticipantRole.PARTICIPANT_ROLE_AGENT));
    Definition pinned =
        scene.create(
            threshold("pace", "GREATER_THAN", "1")
                .setAggregationMode(AggregationMode.AGGREGATION_MODE_SUM)
                .setSourceVariantId(strict));
    Definition all = scene.aggregate("pace", "SUM", "GREATER_THAN", "100");
    scene.observe(
        "pace",
        by("a", "5", ParticipantRole.PARTICIPANT_ROLE_CUSTOMER, pace.getVariantId()),
        by("a", "2", ParticipantRole.PARTICIPANT_ROLE_AGENT, pace.getVariantId()),
        by("a", "7", ParticipantRole.PARTICIPANT_ROLE_AGENT, strict));
    assertThat(scene.results(agents.getId())).containsExactly("true 2");
    assertThat(scene.results(pinned.getId())).containsExactly("true 7");
    assertThat(scene.results(all.getId())).containsExactly("false 7");
    assertThat(agents.getSupportedContextsList()).isEqualTo(pace.getSupportedContextsList());
    assertThat(agents.getScope()).isEqualTo(pace.getScope());
    assertThat(pinned.getThreshold().getSourceVariantId()).isEqualTo(strict);
    assertThat(all.getThreshold().hasSourceVariantId()).isFalse();
  }

  private static Observation by(String subject, String json, ParticipantRole role, String variant) {
    return observation(subject, json).toBuilder()
        .setParticipantRole(role)
        .setVariantId(variant)
        .build();
  }

  @Test
  void aCallIsEvaluatedAtOnceAndRepeatingItChangesNothing() {
    scene.numeric("n");
    Definition sum = scene.aggregate("n", "SUM", "GREATER_THAN", "5");
    Observation up = observation("a", "9").toBuilder().setId("1").build();
    Observation down = observation("a", "-8").toBuilder().setId("2").build();
    assertThat(scene.observe("n", up, down, up).getDuplicates()).isEqualTo(1);
    assertThat(scene.results(sum.getId())).containsExactly("false 1");
    assertThat(scene.crossings(sum.getId())).isEmpty();
    assertThat(scene.observe("n", up, down).getAccepted()).isZero();
    Observation another = up.toBuilder().setSubjectId("b").build();
    assertThat(scene.observe("n", another).getAccepted()).isEqualTo(1);
    assertThat(scene.crossings(sum.getId())).containsExactly("true 10");
  }

  @Test
  void aCountOfZeroIsMetByAnyValueButNotByNone() {
    scene.numeric("n");
    Definition always =
        scene.create(
            threshold("n", "EQUALS", "1")
                .setAggregationMode(AggregationMode.AGGREGATION_MODE_COUNT)
                .setCountThreshold(0));
    assertThat(scene.results(always.getId())).containsExactly("false");
    scene.observe("n", observation("a", "2"));
    assertThat(scene.results(always.getId())).containsExactly("true 0");
  }
}
