package sextant.segments.definition;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import sextant.segments.definition.DefinitionOracle.Table;

/// Small tables with few different values, so that random conditions meet them: a base with a text
/// key, one with a number as key, and tables to join in one-to-one, one-to-many and chains.
final class RandomTables {

  static final List<String> TEXTS =
      List.of("a", "b", "B", "ab", "a%b", "a_b", "%", "!", "", "ä", "Z", "it's", "\\", "\"q\"");

  private RandomTables() {}

  static List<Table> all(Random random) {
    return List.of(
        table(
            random,
            "people",
            40,
            "id:text",
            "n:integer",
            "t:text",
            "d:date",
            "b:boolean",
            "f:float",
            "x:number",
            "ts:timestamp"),
        table(random, "numbered", 30, "customer_id:bigint", "n:bigint", "t:varchar", "select:text"),
        table(
            random, "orders", 60, "order_id:integer:key", "customer_id:text", "x:number", "t:text"),
        table(random, "items", 60, "id:integer", "order_ref:bigint", "t:text", "n:integer"),
        table(random, "accounts", 25, "id:text", "n:integer", "x:number", "ts:timestamp"));
  }

  private static Table table(Random random, String name, int size, String... fields) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int number = 0; number < size; number++) {
      Map<String, Object> row = new LinkedHashMap<>();
      for (String field : fields) {
        String[] parts = field.split(":");
        boolean isKey = row.isEmpty();
        row.put(
            parts[0],
            isKey
                ? key(parts[1], number)
                : random.nextInt(5) == 0 ? null : value(random, parts[0], parts[1]));
      }
      rows.add(row);
    }
    return new Table("", name, List.of(fields), rows);
  }

  private static Object key(String type, int number) {
    return switch (type) {
      case "text" -> "c" + number;
      case "bigint" -> (long) number;
      default -> number;
    };
  }

  static Object value(Random random, String name, String type) {
    if (name.equals("customer_id")) {
      return "c" + random.nextInt(50);
    }
    return switch (type) {
      case "integer" -> random.nextInt(6) - 1;
      case "bigint" -> (long) random.nextInt(40);
      case "float" -> List.of(0.1, 0.5, -1.5, 3.0, 1e20).get(random.nextInt(5));
      case "number" ->
          new BigDecimal(List.of("0", "0.10", "2.5", "3", "-1", "1e3").get(random.nextInt(6)));
      case "boolean" -> random.nextBoolean();
      case "date" -> LocalDate.of(2026, 3, 16).plusDays(random.nextInt(9) - 4);
      case "timestamp" ->
          Instant.parse("2026-03-16T14:30:00Z").plusSeconds(3600L * (random.nextInt(9) - 4));
      default -> TEXTS.get(random.nextInt(TEXTS.size()));
    };
  }
}
