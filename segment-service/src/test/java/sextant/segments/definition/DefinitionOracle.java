package sextant.segments.definition;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What a definition selects, by nested loops and three-valued logic over rows in memory. Shares
/// nothing with the code under test.
final class DefinitionOracle {

  /// `fields` as `name:type`, the first of which is the key.
  record Table(String id, String name, List<String> fields, List<Map<String, Object>> rows) {

    Table withId(String id) {
      return new Table(id, name, fields, rows);
    }

    String rowsJson() {
      return rows.stream()
          .map(
              row ->
                  row.entrySet().stream()
                      .map(
                          entry ->
                              quoted(entry.getKey())
                                  + ":"
                                  + DefinitionOracle.json(entry.getValue()))
                      .collect(Collectors.joining(",", "{", "}")))
          .collect(Collectors.joining(",", "[", "]"));
    }
  }

  record Expected(List<String> rows) {}

  /// A join of `table` as `alias`: what `left` finds in the rows so far equals the field `right`.
  record Join(
      String alias, Table table, boolean isLeft, Function<Tuple, Object> left, String right) {}

  /// One row of each table so far; null stands for the missing partner of a left join.
  record Tuple(Map<String, Object> base, Map<String, Map<String, Object>> joined) {

    Object value(String alias, String field) {
      Map<String, Object> row = alias.isEmpty() ? base : joined.get(alias);
      return row == null ? null : row.get(field);
    }
  }

  private DefinitionOracle() {}

  /// `condition` answers true, false or null.
  static Expected evaluate(
      Table base, List<Join> joins, Function<Tuple, Boolean> condition, String customerKey) {
    Set<Map<String, Object>> selected = new LinkedHashSet<>();
    for (Map<String, Object> row : base.rows()) {
      List<Tuple> tuples = List.of(new Tuple(row, Map.of()));
      for (Join join : joins) {
        tuples = joined(tuples, join);
      }
      if (tuples.stream().anyMatch(tuple -> Boolean.TRUE.equals(condition.apply(tuple)))) {
        selected.add(row);
      }
    }
    return new Expected(
        selected.stream()
            .map(
                row ->
                    shown(row.get(customerKey))
                        + row.entrySet().stream()
                            .filter(entry -> !entry.getKey().equals("customer_id"))
                            .map(entry -> "|" + shown(entry.getValue()))
                            .collect(Collectors.joining()))
            .toList());
  }

  private static List<Tuple> joined(List<Tuple> tuples, Join join) {
    List<Tuple> result = new ArrayList<>();
    for (Tuple tuple : tuples) {
      Object wanted = join.left().apply(tuple);
      int before = result.size();
      for (Map<String, Object> partner : join.table().rows()) {
        if (wanted != null
            && partner.get(join.right()) != null
            && compare(wanted, partner.get(join.right())) == 0) {
          result.add(with(tuple, join.alias(), partner));
        }
      }
      if (join.isLeft() && result.size() == before) {
        result.add(with(tuple, join.alias(), null));
      }
    }
    return result;
  }

  private static Tuple with(Tuple tuple, String alias, Map<String, Object> partner) {
    Map<String, Map<String, Object>> joined = new java.util.HashMap<>(tuple.joined());
    joined.put(alias, partner);
    return new Tuple(tuple.base(), joined);
  }

  static int compare(Object one, Object other) {
    if (one instanceof Number a && other instanceof Number b) {
      return a instanceof Double || b instanceof Double
          ? Double.compare(a.doubleValue(), b.doubleValue())
          : new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString()));
    }
    if (one instanceof String a && other instanceof String b) {
      return java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    }
    @SuppressWarnings("unchecked")
    Comparable<Object> comparable = (Comparable<Object>) one;
    return comparable.compareTo(other);
  }

  static String shown(Object value) {
    return switch (value) {
      case null -> "null";
      case BigDecimal number -> number.stripTrailingZeros().toPlainString();
      case OffsetDateTime time -> time.toInstant().toString();
      case java.sql.Timestamp time -> time.toInstant().toString();
      case java.sql.Date date -> date.toLocalDate().toString();
      default -> value.toString();
    };
  }

  static String json(Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> quoted(text);
      case LocalDate date -> quoted(date.toString());
      case Instant time -> quoted(time.toString());
      default -> value.toString();
    };
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
