package sextant.standalone.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.standalone.Call;
import sextant.standalone.Commands;
import sextant.standalone.MeshExtension;

/// Real purchases, through the import and the JSON API, against what the file itself says.
class PurchasesTest {

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  /// The last day of the file.
  private static final Instant NOW = Instant.parse("2022-06-30T00:00:00Z");

  private static final String PLAIN =
      "--type purchase --customer customer_id --time date --value amount --tenant plain";
  private static final String GROUPED =
      "--type purchase --customer customer_id --time date --value amount --channel quantity --tenant grouped";

  private static final int MEAN_SCALE = 10;

  private record Purchase(String customer, Instant time, String quantity, BigDecimal amount) {}

  private static List<Purchase> purchases;

  @BeforeAll
  static void importThem() throws IOException {
    purchases =
        Files.readAllLines(Commands.PURCHASES).stream()
            .skip(1)
            .map(line -> line.split(","))
            .map(
                cells ->
                    new Purchase(
                        cells[0],
                        LocalDate.parse(cells[1]).atStartOfDay().toInstant(ZoneOffset.UTC),
                        cells[2],
                        new BigDecimal(cells[3])))
            .toList();
    MESH.clock().set(NOW);
    for (String options : List.of(PLAIN, GROUPED)) {
      Commands.Result result = Commands.importInteractions(MESH, Commands.PURCHASES, options);
      assertThat(result.out()).startsWith("6,944 recorded, 0 already there, 0 rejected, in ");
      assertThat(result.exitCode()).isZero();
    }
  }

  @Test
  void aSecondImportAddsNothing() {
    Commands.Result result = Commands.importInteractions(MESH, Commands.PURCHASES, PLAIN);
    assertThat(result.out()).startsWith("0 recorded, 6,944 already there, 0 rejected, in ");
    assertThat(result.exitCode()).isZero();
    assertThat(MESH.count("metrics.interaction")).isEqualTo(2 * purchases.size());
  }

  @ParameterizedTest
  @CsvSource({
    "count, purchase, ",
    "sum, purchase, ",
    "avg, purchase, ",
    "min, purchase, ",
    "max, purchase, ",
    "count, purchase, 90",
    "sum, purchase, 90",
    "avg, purchase, 90",
    "min, purchase, 90",
    "max, purchase, 90",
    "count, quantity, 365",
    "sum, quantity, 365",
    "avg, quantity, ",
    "min, quantity, ",
    "max, quantity, 365",
    "sum, totalValue, 30",
    "count, converts, 1",
  })
  void everyValueIsWhatTheFileSays(String function, String source, Integer windowDays) {
    Function<Purchase, BigDecimal> amount =
        switch (source) {
          case "quantity" -> purchase -> new BigDecimal(purchase.quantity());
          case "converts" -> purchase -> BigDecimal.ONE;
          default -> Purchase::amount;
        };
    assertThat(computed("plain", function, source, windowDays, false))
        .isEqualTo(expected(function, amount, windowDays, Purchase::customer));
  }

  @ParameterizedTest
  @CsvSource({
    "count, ",
    "sum, ",
    "avg, ",
    "min, ",
    "max, ",
    "count, 90",
    "sum, 90",
    "avg, 90",
    "min, 90",
    "max, 90"
  })
  void everyGroupIsWhatTheFileSays(String function, Integer windowDays) {
    assertThat(computed("grouped", function, "purchase", windowDays, true))
        .isEqualTo(
            expected(
                function,
                Purchase::amount,
                windowDays,
                purchase -> purchase.customer() + " " + purchase.quantity()));
  }

  @Test
  void theTopValuesAreTheTopOfTheFile() {
    String id = metric("plain", "sum", "purchase", null, false);
    MESH.send(Call.post("/api/v1/behavioral-metrics/" + id + "/compute").tenant("plain"))
        .expect(200);
    JsonNode top =
        MESH.send(Call.get("/api/v1/behavioral-metrics/" + id + "/values").tenant("plain"))
            .expect(200)
            .json();
    MESH.send(Call.delete("/api/v1/behavioral-metrics?id=" + id).tenant("plain")).expect(204);
    List<String> expected =
        expected("sum", Purchase::amount, null, Purchase::customer).entrySet().stream()
            .sorted(
                Map.Entry.<String, BigDecimal>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(20)
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .toList();
    List<String> actual = new ArrayList<>();
    top.forEach(
        value ->
            actual.add(
                value.get("customerId").asText()
                    + " "
                    + value.get("value").decimalValue().stripTrailingZeros()));
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void datesCanBeShiftedSoThatTheNewestIsNow() {
    MESH.clock().set(MeshExtension.START);
    String shifted = PLAIN.replace("plain", "shifted") + " --end-at " + MeshExtension.START;
    assertThat(Commands.importInteractions(MESH, Commands.PURCHASES, shifted).exitCode()).isZero();
    // The dates of the first import stay.
    assertThat(
            Commands.importInteractions(MESH, Commands.PURCHASES, PLAIN.replace("plain", "shifted"))
                .out())
        .startsWith("0 recorded, 6,944 already there");
    assertThat(computed("shifted", "sum", "purchase", 30, false))
        .isEqualTo(expected("sum", Purchase::amount, 30, Purchase::customer));
    MESH.clock().set(NOW);
  }

  /// The values of a metric after its computation, by customer and channel.
  private static Map<String, BigDecimal> computed(
      String tenant, String function, String source, Integer windowDays, boolean grouped) {
    String id = metric(tenant, function, source, windowDays, grouped);
    int count =
        MESH.send(Call.post("/api/v1/behavioral-metrics/" + id + "/compute").tenant(tenant))
            .expect(200)
            .json()
            .get("valueCount")
            .asInt();
    Map<String, BigDecimal> values = new TreeMap<>();
    BiConsumer<String, JsonNode> add =
        (customer, value) ->
            values.put(
                customer + (grouped ? " " + value.at("/dimensions/channelId").asText() : ""),
                value.get("value").decimalValue().stripTrailingZeros());
    List<String> customers =
        new ArrayList<>(
            purchases.stream()
                .map(Purchase::customer)
                .collect(Collectors.toCollection(TreeSet::new)));
    for (int from = 0; from < customers.size(); from += 400) {
      String ids =
          customers.subList(from, Math.min(from + 400, customers.size())).stream()
              .map(customer -> "&customerIds=" + customer)
              .collect(Collectors.joining());
      MESH.send(Call.get("/api/v1/metric-values?metricIds=" + id + ids).tenant(tenant))
          .expect(200)
          .json()
          .get("values")
          .forEach(named -> add.accept(named.at("/value/customerId").asText(), named.get("value")));
    }
    assertThat(values).hasSize(count);
    MESH.send(Call.delete("/api/v1/behavioral-metrics?id=" + id).tenant(tenant)).expect(204);
    return values;
  }

  private static String metric(
      String tenant, String function, String source, Integer windowDays, boolean grouped) {
    return MESH.send(
            Call.post(
                    "/api/v1/behavioral-metrics",
                    """
                    {"name": "%s of %s", "aggregateFunction": "%1$s", "sourceField": "%2$s",
                     "windowDays": %s, "groupByDimensions": [%s]}"""
                        .formatted(function, source, windowDays, grouped ? "\"channelId\"" : ""))
                .tenant(tenant))
        .expect(201)
        .text("id");
  }

  /// The same from the file, by plain loops.
  private static Map<String, BigDecimal> expected(
      String function,
      Function<Purchase, BigDecimal> amount,
      Integer windowDays,
      Function<Purchase, String> group) {
    Map<String, List<BigDecimal>> amounts = new TreeMap<>();
    for (Purchase purchase : purchases) {
      boolean inside =
          windowDays == null || !purchase.time().isBefore(NOW.minus(Duration.ofDays(windowDays)));
      if (inside) {
        amounts
            .computeIfAbsent(group.apply(purchase), absent -> new ArrayList<>())
            .add(amount.apply(purchase));
      }
    }
    Map<String, BigDecimal> values = new TreeMap<>();
    amounts.forEach(
        (key, list) -> {
          BigDecimal sum = list.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
          BigDecimal count = BigDecimal.valueOf(list.size());
          BigDecimal value =
              switch (function) {
                case "count" -> count;
                case "sum" -> sum;
                case "avg" -> sum.divide(count, MEAN_SCALE, RoundingMode.HALF_UP);
                case "min" -> list.stream().min(Comparator.naturalOrder()).orElseThrow();
                case "max" -> list.stream().max(Comparator.naturalOrder()).orElseThrow();
                default -> throw new IllegalArgumentException(function);
              };
          values.put(key, value.stripTrailingZeros());
        });
    return values;
  }
}
