package sextant.journeys.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.journeys.jooq.Tables.ENROLLMENT;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.journeys.JourneysExtension;
import sextant.journeys.graph.Condition;
import sextant.journeys.graph.Operator;
import sextant.kit.testing.Seeds;

/// The oracle is the condition itself, asked of everybody.
final class SuspectsTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private static final Instant NOW = Instant.parse("2024-01-04T00:00:00Z");

  private static final List<String> FIELDS =
      List.of(
          "plan",
          "age",
          "vip",
          "born",
          "doc",
          "doc.city",
          "doc.n",
          "age.deeper",
          "rate",
          "score",
          "seen",
          "metric.orders",
          "metric.nothing",
          "segment." + PublishedFacts.SEGMENT,
          "segment.nothing",
          "decision.offerId",
          "nothing",
          ".");

  private static final List<Object> OPERANDS =
      List.of(
          "pro",
          "PRO",
          "p%o",
          "ro",
          "",
          "10",
          "true",
          "FALSE",
          "2024-01-01",
          "2024-01-02",
          "2024-01-01T00:00:00Z",
          "2024-01-02T00:00:00.0000005Z",
          "2024-01-02T01:00:00+01:00",
          "now-2d",
          "now",
          true,
          false,
          new BigDecimal("0"),
          new BigDecimal("0.1"),
          new BigDecimal("0.10000000000000000001"),
          new BigDecimal("2"),
          new BigDecimal("1E+5000"),
          new BigDecimal("10.0"));

  private static PublishedFacts facts;

  @BeforeAll
  static void publish() {
    facts = new PublishedFacts(mesh.database());
    Random random = new Random(5);
    facts.add(200, random);
  }

  @Test
  void nobodyWhoMeetsAConditionIsMissed() {
    Seeds.forEach(
        20,
        random -> {
          List<Condition> conditions =
              IntStream.range(0, 20).mapToObj(_ -> condition(random, 3)).toList();
          Map<Condition, List<String>> suspects = suspects(conditions);
          for (Condition condition : conditions) {
            assertThat(suspects.get(condition)).as("%s", condition).containsAll(whoMeet(condition));
          }
        });
  }

  @Test
  void whatConditionsUsuallyAskNarrowsToThoseWhoMeetIt() {
    for (Condition condition :
        List.of(
            compare("age", Operator.GREATER_OR_EQUAL, new BigDecimal(2)),
            compare("age", Operator.IN, List.of(new BigDecimal(1), "2")),
            compare("vip", Operator.EQUAL, true),
            compare("vip", Operator.NOT_EQUAL, "true"),
            compare("born", Operator.LESS_OR_EQUAL, "now-2d"),
            compare("born", Operator.IS_NOT_NULL, List.of()),
            compare("rate", Operator.BETWEEN, List.of(new BigDecimal("-0.1"), new BigDecimal(1))),
            compare("score", Operator.EQUAL, new BigDecimal("0.3")),
            compare("metric.orders", Operator.GREATER, new BigDecimal("1.5")),
            compare("metric.orders", Operator.IS_NULL, List.of()),
            compare("segment." + PublishedFacts.SEGMENT, Operator.EQUAL, false),
            compare("nothing", Operator.NOT_EQUAL, "x"),
            new Condition.Not(
                new Condition.Any(
                    List.of(
                        compare("vip", Operator.EQUAL, true),
                        compare("age", Operator.LESS, BigDecimal.ONE)))))) {
      assertThat(suspects(condition))
          .as("%s", condition)
          .containsExactlyInAnyOrderElementsOf(whoMeet(condition));
    }
    // Two tables have a plan: a suspect is whoever has it in one of them.
    Condition pro = compare("plan", Operator.EQUAL, "pro");
    assertThat(suspects(pro)).containsAll(whoMeet(pro)).hasSizeLessThan(60);
  }

  private static Condition.Compare compare(String field, Operator operator, Object operand) {
    return new Condition.Compare(field, operator, operand);
  }

  private static Set<String> whoMeet(Condition condition) {
    return facts.told().entrySet().stream()
        .filter(customer -> condition.holds(customer.getValue(), NOW))
        .map(customer -> customer.getKey())
        .collect(Collectors.toSet());
  }

  private static List<String> suspects(Condition condition) {
    return suspects(List.of(condition)).get(condition);
  }

  private static Map<Condition, List<String>> suspects(List<Condition> conditions) {
    Map<Condition, List<String>> found = new HashMap<>();
    return mesh.database()
        .asOwner(
            db -> {
              for (Condition condition : conditions) {
                found.put(
                    condition,
                    db.select(ENROLLMENT.CUSTOMER_ID)
                        .from(ENROLLMENT)
                        .where(ENROLLMENT.TENANT_ID.eq(PublishedFacts.TENANT))
                        .and(facts.suspects(NOW).of(condition))
                        .fetch(ENROLLMENT.CUSTOMER_ID));
              }
              return found;
            });
  }

  private static Condition condition(Random random, int depth) {
    return switch (depth == 0 ? 3 : random.nextInt(6)) {
      case 0 -> new Condition.All(parts(random, depth));
      case 1 -> new Condition.Any(parts(random, depth));
      case 2 -> new Condition.Not(condition(random, depth - 1));
      default -> {
        Operator operator = Operator.values()[random.nextInt(Operator.values().length)];
        yield compare(
            FIELDS.get(random.nextInt(FIELDS.size())), operator, operand(random, operator));
      }
    };
  }

  private static List<Condition> parts(Random random, int depth) {
    return IntStream.range(0, random.nextInt(1, 4))
        .mapToObj(_ -> condition(random, depth - 1))
        .toList();
  }

  private static Object operand(Random random, Operator operator) {
    return switch (operator) {
      case IS_NULL, IS_NOT_NULL -> List.of();
      case BETWEEN -> List.of(one(random), one(random));
      case IN, NOT_IN -> List.of(one(random), one(random), one(random));
      default -> one(random);
    };
  }

  private static Object one(Random random) {
    return OPERANDS.get(random.nextInt(OPERANDS.size()));
  }
}
