package sextant.metrics.filter;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;
import static sextant.metrics.jooq.Tables.INTERACTION;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/// What a filter may name: a column of an interaction, or a place in its properties.
sealed interface FilterField {

  /// A column, whose kind is fixed.
  record Column(Kind kind, Field<?> expression) implements FilterField {}

  /// A place in the properties, which is taken as whatever it is compared with.
  record Property(PropertyPath path) implements FilterField {}

  /// Whether there is a value at all.
  default Condition exists() {
    return switch (this) {
      case Column column -> column.expression().isNotNull();
      case Property property -> property.path().exists();
    };
  }

  /// What stands before the first point of a property, and the key it means.
  Map<String, List<String>> PROPERTY_ROOTS =
      Map.of(
          "properties", List.of(),
          "context", List.of("context"),
          "outcome", List.of("outcomeDetails"),
          "outcomeDetails", List.of("outcomeDetails"));

  Map<String, Column> COLUMNS = columns();

  /// The field of this name; letter case and underscores of column names do not matter.
  static Optional<FilterField> named(List<String> path) {
    if (path.size() == 1) {
      return Optional.ofNullable(COLUMNS.get(plain(path.getFirst())));
    }
    List<String> root = PROPERTY_ROOTS.get(path.getFirst());
    boolean usable = root != null && path.size() <= 16 && path.stream().noneMatch(String::isEmpty);
    if (!usable) {
      return Optional.empty();
    }
    List<String> keys = new ArrayList<>(root);
    keys.addAll(path.subList(1, path.size()));
    return Optional.of(new Property(new PropertyPath(List.copyOf(keys))));
  }

  /// For messages: what may be named.
  static String known() {
    return "customerId, type, offerId, creativeId, channelId, direction, classification, value,"
        + " cost, timestamp, recordedAt, isImpression, isPositive, isNegative, isConversion,"
        + " idempotencyKey, interactionId, or a path such as properties.cart.total";
  }

  private static Map<String, Column> columns() {
    Map<String, Column> columns = new TreeMap<>();
    Field<String> classification =
        when(INTERACTION.IS_POSITIVE, inline("positive"))
            .when(INTERACTION.IS_NEGATIVE, inline("negative"))
            .otherwise(inline("neutral"));
    add(columns, Kind.TEXT, INTERACTION.CUSTOMER_ID, "customerId");
    add(
        columns,
        Kind.TEXT,
        INTERACTION.TYPE,
        "type",
        "eventType",
        "interactionType",
        "outcomeType",
        "outcomeTypeKey",
        "outcome");
    add(columns, Kind.TEXT, INTERACTION.OFFER_ID, "offerId", "offer");
    add(columns, Kind.TEXT, INTERACTION.CREATIVE_ID, "creativeId", "creative");
    add(columns, Kind.TEXT, INTERACTION.CHANNEL_ID, "channelId", "channel");
    add(columns, Kind.TEXT, INTERACTION.DIRECTION, "direction");
    add(columns, Kind.TEXT, classification, "classification");
    add(columns, Kind.NUMBER, INTERACTION.VALUE, "value", "conversionValue", "totalValue");
    add(columns, Kind.NUMBER, INTERACTION.COST, "cost");
    add(columns, Kind.INSTANT, INTERACTION.OCCURRED_AT, "timestamp", "occurredAt");
    add(columns, Kind.INSTANT, INTERACTION.RECORDED_AT, "recordedAt");
    add(columns, Kind.FLAG, INTERACTION.IS_IMPRESSION, "isImpression", "impression");
    add(columns, Kind.FLAG, INTERACTION.IS_POSITIVE, "isPositive", "positive");
    add(columns, Kind.FLAG, INTERACTION.IS_NEGATIVE, "isNegative", "negative");
    add(columns, Kind.FLAG, INTERACTION.IS_CONVERSION, "isConversion", "conversion");
    add(columns, Kind.TEXT, INTERACTION.IDEMPOTENCY_KEY, "idempotencyKey");
    add(
        columns,
        Kind.TEXT,
        INTERACTION.INTERACTION_ID.cast(SQLDataType.CLOB),
        "interactionId",
        "id");
    return columns;
  }

  private static void add(
      Map<String, Column> columns, Kind kind, Field<?> expression, String... names) {
    for (String name : names) {
      columns.put(plain(name), new Column(kind, expression));
    }
  }

  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }
}
