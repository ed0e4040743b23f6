package sextant.segments.definition;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import sextant.segments.definition.DefinitionOracle.Expected;
import sextant.segments.definition.DefinitionOracle.Join;
import sextant.segments.definition.DefinitionOracle.Table;
import sextant.segments.definition.DefinitionOracle.Tuple;

/// A random definition in two forms: the JSON that the service gets, and functions for the oracle.
final class RandomDefinition {

  /// A condition in both forms.
  private record Condition(String json, Function<Tuple, Boolean> meaning) {}

  /// A field that a condition can name: reference in JSON, alias (empty for the base), name, type.
  private record Reference(String json, String alias, String field, String type) {}

  private static final int MAX_DEPTH = 3;

  private final Random random;
  private final Map<String, List<String>> segments;
  private final Instant now;
  private final Table base;
  private final String customerKey;
  private final List<Join> joins = new ArrayList<>();
  private final List<String> joinsJson = new ArrayList<>();
  private final List<Reference> references = new ArrayList<>();
  private final List<Condition> conditions = new ArrayList<>();

  /// `segments`: ids and members of segments that a condition can name.
  RandomDefinition(
      Random random, List<Table> tables, Map<String, List<String>> segments, Instant now) {
    this.random = random;
    this.segments = segments;
    this.now = now;
    this.base = tables.get(random.nextInt(4) == 0 ? random.nextInt(3) : 0);
    this.customerKey =
        base.fields().stream().anyMatch(field -> field.startsWith("customer_id:"))
            ? "customer_id"
            : "id";
    addReferences("", base);
    for (int joined = random.nextInt(4); joined > 0; joined--) {
      addJoin(tables.get(random.nextInt(tables.size())));
    }
    for (int count = random.nextInt(4); count > 0; count--) {
      conditions.add(condition(0));
    }
  }

  Table base() {
    return base;
  }

  String joins() {
    return joinsJson.stream().collect(Collectors.joining(",", "[", "]"));
  }

  String filters() {
    return conditions.stream().map(Condition::json).collect(Collectors.joining(",", "[", "]"));
  }

  Expected expected() {
    return DefinitionOracle.evaluate(
        base,
        joins,
        tuple -> all(conditions.stream().map(part -> part.meaning().apply(tuple)).toList()),
        customerKey);
  }

  private void addReferences(String alias, Table table) {
    for (String field : table.fields()) {
      String[] parts = field.split(":");
      references.add(
          new Reference(
              alias.isEmpty() ? parts[0] : alias + "." + parts[0], alias, parts[0], parts[1]));
    }
  }

  private void addJoin(Table table) {
    List<Reference> keys =
        references.stream().filter(reference -> family(reference.type()) < 2).toList();
    Reference left = pick(keys);
    List<String> partners =
        table.fields().stream()
            .filter(field -> family(field.split(":")[1]) == family(left.type()))
            .toList();
    if (partners.isEmpty()) {
      return;
    }
    String right = pick(partners).split(":")[0];
    boolean isLeft = random.nextBoolean();
    String alias = "a" + joins.size() + (random.nextBoolean() ? "" : " \"é.x");
    joinsJson.add(
        "{\"schemaId\":\"%s\",\"%s\":\"%s\",\"leftField\":%s,\"rightField\":\"%s\",\"alias\":%s}"
            .formatted(
                table.id(),
                random.nextBoolean() ? "type" : "joinType",
                isLeft ? "left" : "inner",
                DefinitionOracle.json(left.json()),
                right,
                DefinitionOracle.json(alias)));
    joins.add(
        new Join(alias, table, isLeft, tuple -> tuple.value(left.alias(), left.field()), right));
    addReferences(alias, table);
  }

  /// Types that can be joined: 0 text, 1 numbers; 2 the others.
  private static int family(String type) {
    return switch (type) {
      case "text", "varchar" -> 0;
      case "integer", "bigint", "number" -> 1;
      default -> 2;
    };
  }

  private Condition condition(int depth) {
    if (depth < MAX_DEPTH && random.nextInt(3) == 0) {
      return group(depth + 1);
    }
    return random.nextInt(8) == 0 ? membership() : test(pick(references));
  }

  private Condition group(int depth) {
    List<Condition> parts = new ArrayList<>();
    for (int count = 1 + random.nextInt(3); count > 0; count--) {
      parts.add(condition(depth));
    }
    String json = parts.stream().map(Condition::json).collect(Collectors.joining(",", "[", "]"));
    return switch (random.nextInt(3)) {
      case 0 -> new Condition("{\"and\":" + json + "}", tuple -> all(answers(parts, tuple)));
      case 1 ->
          new Condition(
              "{\"or\":" + json + "}",
              tuple ->
                  not(all(answers(parts, tuple).stream().map(RandomDefinition::not).toList())));
      default -> new Condition("{\"not\":" + json + "}", tuple -> not(all(answers(parts, tuple))));
    };
  }

  private static List<Boolean> answers(List<Condition> parts, Tuple tuple) {
    return parts.stream().map(part -> part.meaning().apply(tuple)).collect(Collectors.toList());
  }

  private static Boolean all(List<Boolean> answers) {
    return answers.contains(false) ? Boolean.FALSE : answers.contains(null) ? null : true;
  }

  private static Boolean not(Boolean answer) {
    return answer == null ? null : !answer;
  }

  private Condition membership() {
    String id = pick(List.copyOf(segments.keySet()));
    boolean wanted = random.nextBoolean();
    Function<Tuple, Boolean> meaning =
        tuple -> {
          Object customer = tuple.base().get(customerKey);
          return wanted == (customer != null && segments.get(id).contains(customer.toString()));
        };
    return random.nextBoolean()
        ? new Condition(
            "{\"field\":\"segment\",\"operator\":\"%s\",\"value\":[\"%s\"]}"
                .formatted(wanted ? "in" : "not_in", id),
            meaning)
        : new Condition(
            "{\"field\":\"segment.%s\",\"operator\":\"%s\",\"value\":%b}"
                .formatted(id, wanted ? "=" : "!=", true),
            meaning);
  }

  private Condition test(Reference reference) {
    return switch (random.nextInt(7)) {
      case 0 ->
          condition(
              reference, pick(List.of("is_null", "not_exists")), "null", value -> value == null);
      case 1 ->
          condition(
              reference, pick(List.of("is_not_null", "exists")), "null", value -> value != null);
      case 2 -> set(reference);
      case 3 -> reference.type().equals("boolean") ? set(reference) : range(reference);
      case 4 -> family(reference.type()) == 0 ? pattern(reference) : comparison(reference);
      default -> comparison(reference);
    };
  }

  private Condition comparison(Reference reference) {
    boolean orderable = !reference.type().equals("boolean");
    String operator =
        pick(
            orderable
                ? List.of("=", "eq", "!=", "<>", ">", "gt", ">=", "gte", "<", "lt", "<=", "lte")
                : List.of("=", "!="));
    IntPredicate accepts =
        switch (operator) {
          case "=", "eq" -> sign -> sign == 0;
          case "!=", "<>" -> sign -> sign != 0;
          case ">", "gt" -> sign -> sign > 0;
          case ">=", "gte" -> sign -> sign >= 0;
          case "<", "lt" -> sign -> sign < 0;
          default -> sign -> sign <= 0;
        };
    Operand operand = operand(reference);
    return condition(
        reference,
        operator,
        operand.json(),
        unlessNull(value -> accepts.test(DefinitionOracle.compare(value, operand.value()))));
  }

  private Condition set(Reference reference) {
    boolean in = random.nextBoolean();
    List<Operand> operands = new ArrayList<>();
    for (int count = 1 + random.nextInt(3); count > 0; count--) {
      operands.add(operand(reference));
    }
    return condition(
        reference,
        in ? "in" : "not_in",
        operands.stream().map(Operand::json).collect(Collectors.joining(",", "[", "]")),
        unlessNull(
            value ->
                in
                    == operands.stream()
                        .anyMatch(one -> DefinitionOracle.compare(value, one.value()) == 0)));
  }

  private Condition range(Reference reference) {
    Operand low = operand(reference);
    Operand high = operand(reference);
    return condition(
        reference,
        "between",
        "[" + low.json() + "," + high.json() + "]",
        unlessNull(
            value ->
                DefinitionOracle.compare(value, low.value()) >= 0
                    && DefinitionOracle.compare(value, high.value()) <= 0));
  }

  private Condition pattern(Reference reference) {
    String text = pick(RandomTables.TEXTS);
    String operator = pick(List.of("contains", "not_contains", "starts_with", "ends_with"));
    return condition(
        reference,
        operator,
        DefinitionOracle.json(text),
        unlessNull(
            value ->
                switch (operator) {
                  case "contains" -> value.toString().contains(text);
                  case "not_contains" -> !value.toString().contains(text);
                  case "starts_with" -> value.toString().startsWith(text);
                  default -> value.toString().endsWith(text);
                }));
  }

  private static Function<Object, Boolean> unlessNull(Function<Object, Boolean> test) {
    return value -> value == null ? null : test.apply(value);
  }

  private static Condition condition(
      Reference reference, String operator, String value, Function<Object, Boolean> test) {
    return new Condition(
        "{\"field\":%s,\"operator\":\"%s\",\"value\":%s}"
            .formatted(DefinitionOracle.json(reference.json()), operator, value),
        tuple -> test.apply(tuple.value(reference.alias(), reference.field())));
  }

  private record Operand(String json, Object value) {}

  private Operand operand(Reference reference) {
    if (reference.type().equals("date") && random.nextBoolean()) {
      int days = random.nextInt(9) - 4;
      return new Operand(
          "\"now" + (days < 0 ? "" : "+") + days + "d\"",
          LocalDate.ofInstant(now, ZoneOffset.UTC).plusDays(days));
    }
    if (reference.type().equals("timestamp") && random.nextBoolean()) {
      int hours = random.nextInt(9) - 4;
      return new Operand(
          "\"now" + (hours < 0 ? "" : "+") + hours + "h\"", now.plus(Duration.ofHours(hours)));
    }
    if (family(reference.type()) == 1) {
      BigDecimal number = new BigDecimal(pick(List.of("0", "1", "2", "2.5", "3.0", "-1", "1e1")));
      return new Operand(number.toString(), number);
    }
    Object value = RandomTables.value(random, reference.field(), reference.type());
    return new Operand(DefinitionOracle.json(value), value);
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
