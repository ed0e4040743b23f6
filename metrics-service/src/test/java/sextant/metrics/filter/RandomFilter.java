package sextant.metrics.filter;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sextant.metrics.jooq.tables.records.InteractionRecord;

/// A legal filter in both notations, and what it means, worked out in plain Java.
///
/// @param json as `filterConditions`
/// @param sql as `sqlFilter`
/// @param meaning true, false or, as in SQL, null for unknown
record RandomFilter(String json, String sql, Function<InteractionRecord, Boolean> meaning) {

  private record Name(String json, String sql, Function<InteractionRecord, Object> value) {}

  private static final List<Name> TEXTS =
      List.of(
          new Name("type", "eventType", InteractionRecord::getType),
          new Name("outcomeTypeKey", "type", InteractionRecord::getType),
          new Name("offerId", "offer_id", InteractionRecord::getOfferId),
          new Name("channelId", "channelId", InteractionRecord::getChannelId),
          new Name("customerId", "CUSTOMER_ID", InteractionRecord::getCustomerId),
          new Name("direction", "\"direction\"", InteractionRecord::getDirection),
          new Name("properties.tag", "properties.tag", row -> property(row, "tag", String.class)));

  private static final List<Name> NUMBERS =
      List.of(
          new Name("value", "value", InteractionRecord::getValue),
          new Name("conversionValue", "conversion_value", InteractionRecord::getValue),
          new Name(
              "properties.amount",
              "properties.amount",
              row -> property(row, "amount", BigDecimal.class)),
          new Name(
              "properties.tag", "properties.tag", row -> property(row, "tag", BigDecimal.class)));

  private static final List<Name> FLAGS =
      List.of(
          new Name("isImpression", "is_impression", InteractionRecord::getIsImpression),
          new Name("properties.tag", "properties.tag", row -> property(row, "tag", Boolean.class)));

  private static final String[] WORDS = {
    "purchase", "click", "Offer-ä", "offer-a", "email", "customer-1", "c", "", "it's", "100%"
  };
  private static final String[] AMOUNTS = {"0", "1", "-2.5", "12.34", "3.333333", "100000"};

  private static Object property(InteractionRecord row, String key, Class<?> type) {
    Object value =
        row.getProperties() == null
            ? null
            : ((Map<?, ?>) JsonTree.read(row.getProperties().data())).get(key);
    boolean tooLong = value instanceof BigDecimal number && number.toPlainString().length() > 40;
    return type.isInstance(value) && !tooLong ? value : null;
  }

  static RandomFilter random(Random random) {
    return random(random, 3);
  }

  private static RandomFilter random(Random random, int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return comparison(random);
    }
    List<RandomFilter> parts =
        Stream.generate(() -> random(random, depth - 1)).limit(1 + random.nextInt(3)).toList();
    boolean and = random.nextBoolean();
    String word = and ? "and" : "or";
    String json = parts.stream().map(part -> part.json).collect(Collectors.joining(","));
    String sql =
        parts.stream()
            .map(part -> "(" + part.sql + ")")
            .collect(Collectors.joining(" " + word + " "));
    return new RandomFilter(
        "{\"" + word + "\":[" + json + "]}",
        sql,
        row -> {
          List<Boolean> values = new ArrayList<>();
          parts.forEach(part -> values.add(part.meaning.apply(row)));
          return values.contains(!and) ? Boolean.valueOf(!and) : values.contains(null) ? null : and;
        });
  }

  private static RandomFilter comparison(Random random) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> ordered(random, pick(random, TEXTS), () -> WORDS[random.nextInt(WORDS.length)]);
      case 2 ->
          ordered(
              random,
              pick(random, NUMBERS),
              () -> new BigDecimal(AMOUNTS[random.nextInt(AMOUNTS.length)]));
      case 3 -> pattern(random, pick(random, TEXTS));
      case 4 -> existence(random);
      default -> {
        Name name = pick(random, FLAGS);
        boolean wanted = random.nextBoolean();
        yield new RandomFilter(
            "{\"field\":\"%s\",\"operator\":\"eq\",\"value\":%s}".formatted(name.json, wanted),
            name.sql + " = " + wanted,
            row -> compare(name.value.apply(row), value -> value.equals(wanted)));
      }
    };
  }

  private static RandomFilter existence(Random random) {
    Name name =
        pick(
            random,
            Stream.of(TEXTS.subList(2, 4), NUMBERS.subList(0, 1)).flatMap(List::stream).toList());
    boolean wanted = random.nextBoolean();
    String operator =
        pick(random, wanted ? List.of("exists", "is_not_null") : List.of("not_exists", "is_null"));
    return new RandomFilter(
        "{\"field\":\"%s\",\"operator\":\"%s\"}".formatted(name.json, operator),
        name.sql + (wanted ? " is not null" : " is null"),
        row -> (name.value.apply(row) != null) == wanted);
  }

  private interface Values {
    Object next();
  }

  private static RandomFilter ordered(Random random, Name name, Values values) {
    Object one = values.next();
    Object two = values.next();
    return switch (random.nextInt(10)) {
      case 0 ->
          simple(name, pick(random, List.of("eq", "=", "equals")), "=", one, sign -> sign == 0);
      case 1 ->
          simple(
              name,
              pick(random, List.of("neq", "!=", "<>", "not_equals")),
              "<>",
              one,
              sign -> sign != 0);
      case 2 ->
          simple(
              name, pick(random, List.of("gt", ">", "greater_than")), ">", one, sign -> sign > 0);
      case 3 -> simple(name, pick(random, List.of("gte", ">=")), ">=", one, sign -> sign >= 0);
      case 4 ->
          simple(name, pick(random, List.of("lt", "<", "less_than")), "<", one, sign -> sign < 0);
      case 5 -> simple(name, pick(random, List.of("lte", "<=")), "<=", one, sign -> sign <= 0);
      case 6 -> list(name, "in", "in", one, two, value -> same(value, one) || same(value, two));
      case 7 ->
          list(name, "not_in", "not in", one, two, value -> !same(value, one) && !same(value, two));
      case 8 ->
          new RandomFilter(
              "{\"%s\":[%s,%s]}".formatted(name.json, json(one), json(two)),
              "not (%s not in (%s, %s))".formatted(name.sql, sql(one), sql(two)),
              row -> compare(name.value.apply(row), value -> same(value, one) || same(value, two)));
      default -> {
        boolean negated = random.nextBoolean();
        yield new RandomFilter(
            negated
                ? "{\"or\":[{\"field\":\"%1$s\",\"operator\":\"<\",\"value\":%2$s},{\"field\":\"%1$s\",\"operator\":\">\",\"value\":%3$s}]}"
                    .formatted(name.json, json(one), json(two))
                : "{\"field\":\"%s\",\"operator\":\"between\",\"value\":[%s,%s]}"
                    .formatted(name.json, json(one), json(two)),
            "%s %s %s and %s"
                .formatted(name.sql, negated ? "not between" : "between", sql(one), sql(two)),
            row ->
                compare(
                    name.value.apply(row),
                    value -> (order(value, one) >= 0 && order(value, two) <= 0) != negated));
      }
    };
  }

  private static RandomFilter simple(
      Name name, String operator, String symbol, Object operand, Function<Integer, Boolean> test) {
    return new RandomFilter(
        "{\"field\":\"%s\",\"operator\":\"%s\",\"value\":%s}"
            .formatted(name.json, operator, json(operand)),
        operand instanceof BigDecimal number
            ? "%s * 2 + 1 %s 2 * %s + 1".formatted(name.sql, symbol, number.toPlainString())
            : "%s %s %s".formatted(name.sql, symbol, sql(operand)),
        row -> compare(name.value.apply(row), value -> test.apply(order(value, operand))));
  }

  private static RandomFilter list(
      Name name,
      String word,
      String sqlWord,
      Object one,
      Object two,
      Function<Object, Boolean> test) {
    return new RandomFilter(
        "{\"field\":\"%s\",\"operator\":\"%s\",\"value\":[%s,%s]}"
            .formatted(name.json, word, json(one), json(two)),
        "%s %s (%s, %s)".formatted(name.sql, sqlWord, sql(one), sql(two)),
        row -> compare(name.value.apply(row), test));
  }

  private static RandomFilter pattern(Random random, Name name) {
    String word = WORDS[random.nextInt(WORDS.length)];
    String pattern = word.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    return switch (random.nextInt(4)) {
      case 0 ->
          pattern(
              name,
              "contains",
              word,
              "like '%" + quoted(pattern) + "%'",
              text -> text.contains(word));
      case 1 ->
          pattern(
              name,
              "not_contains",
              word,
              "not like '%" + quoted(pattern) + "%'",
              text -> !text.contains(word));
      case 2 ->
          pattern(
              name,
              "starts_with",
              word,
              "like '" + quoted(pattern) + "%'",
              text -> text.startsWith(word));
      default ->
          pattern(
              name,
              "ends_with",
              word,
              "like '%" + quoted(pattern) + "'",
              text -> text.endsWith(word));
    };
  }

  private static RandomFilter pattern(
      Name name, String operator, String word, String like, Function<String, Boolean> test) {
    return new RandomFilter(
        "{\"field\":\"%s\",\"operator\":\"%s\",\"value\":%s}"
            .formatted(name.json, operator, json(word)),
        name.sql + " " + like + " escape '!'",
        row -> compare(name.value.apply(row), text -> test.apply((String) text)));
  }

  private static Boolean compare(Object value, Function<Object, Boolean> test) {
    return value == null ? null : test.apply(value);
  }

  private static boolean same(Object value, Object operand) {
    return order(value, operand) == 0;
  }

  private static int order(Object value, Object operand) {
    return value instanceof BigDecimal number
        ? number.compareTo((BigDecimal) operand)
        : Arrays.compareUnsigned(bytes(value), bytes(operand));
  }

  private static byte[] bytes(Object text) {
    return ((String) text).getBytes(StandardCharsets.UTF_8);
  }

  private static String json(Object value) {
    return value instanceof BigDecimal number ? number.toPlainString() : "\"" + value + "\"";
  }

  private static String sql(Object value) {
    return value instanceof BigDecimal number
        ? number.toPlainString()
        : "'" + quoted((String) value) + "'";
  }

  private static String quoted(String text) {
    return text.replace("'", "''");
  }

  private static <T> T pick(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
