package sextant.metrics.compute;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.Metric;

/// Computes metrics the slow and obvious way: row by row in plain Java.
public final class MetricOracle {

  private static final List<String> COUNTERS =
      List.of("impressions", "positive", "negative", "neutral", "converts", "totalValue");

  private MetricOracle() {}

  /// Value by customer and dimensions, `customer|dimension|dimension`.
  public static Map<String, BigDecimal> values(
      Metric metric,
      Collection<InteractionRecord> rows,
      Instant now,
      Predicate<String> isType,
      Predicate<InteractionRecord> filter) {
    Map<String, List<BigDecimal>> groups = new TreeMap<>();
    for (InteractionRecord row : rows) {
      boolean inWindow =
          !row.getOccurredAt().isAfter(now)
              && (!metric.hasWindowDays()
                  || !row.getOccurredAt()
                      .isBefore(now.minus(Duration.ofHours(24L * metric.getWindowDays()))));
      if (row.getSupersededAt() != null || !inWindow || !filter.test(row)) {
        continue;
      }
      amount(metric, row, isType)
          .ifPresent(
              amount ->
                  groups.computeIfAbsent(key(metric, row), k -> new ArrayList<>()).add(amount));
    }
    Map<String, BigDecimal> values = new TreeMap<>();
    groups.forEach(
        (key, amounts) ->
            values.put(
                key, aggregate(metric.getAggregateFunction(), amounts).stripTrailingZeros()));
    return values;
  }

  private static String key(Metric metric, InteractionRecord row) {
    String key = row.getCustomerId();
    for (int index = 0; index < 2; index++) {
      String dimension =
          index >= metric.getGroupByDimensionsCount()
              ? null
              : switch (metric.getGroupByDimensions(index)) {
                case "offerId" -> row.getOfferId();
                case "channelId" -> row.getChannelId();
                case "creativeId" -> row.getCreativeId();
                case "outcomeType" -> row.getType();
                default -> throw new IllegalArgumentException();
              };
      key += "|" + (dimension == null ? "" : dimension);
    }
    return key;
  }

  /// What the row contributes; empty when it takes no part.
  private static Optional<BigDecimal> amount(
      Metric metric, InteractionRecord row, Predicate<String> isType) {
    String source = metric.getSourceField();
    boolean counting = metric.getAggregateFunction() == AggregateFunction.AGGREGATE_FUNCTION_COUNT;
    if (COUNTERS.contains(source)) {
      BigDecimal contribution =
          switch (source) {
            case "impressions" -> one(row.getIsImpression());
            case "positive" -> one(row.getIsPositive());
            case "negative" -> one(row.getIsNegative());
            case "neutral" -> one(!row.getIsPositive() && !row.getIsNegative());
            case "converts" -> one(row.getIsConversion());
            default -> row.getValue();
          };
      return Optional.ofNullable(contribution).filter(it -> !counting || it.signum() != 0);
    }
    if (isType.test(source)) {
      if (!row.getType().equals(source)) {
        return Optional.empty();
      }
      return counting ? Optional.of(BigDecimal.ONE) : Optional.ofNullable(row.getValue());
    }
    return property(row, source.replaceFirst("^properties\\.", "").split("\\."));
  }

  private static BigDecimal one(boolean raised) {
    return raised ? BigDecimal.ONE : BigDecimal.ZERO;
  }

  private static Optional<BigDecimal> property(InteractionRecord row, String[] path) {
    if (row.getProperties() == null) {
      return Optional.empty();
    }
    try (JsonParser json = new JsonFactory().createParser(row.getProperties().data())) {
      int matched = 0;
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT && json.currentToken() != null) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (!name.equals(path[matched])) {
          json.skipChildren();
        } else if (++matched < path.length) {
          if (value != JsonToken.START_OBJECT) {
            return Optional.empty();
          }
        } else {
          return value.isNumeric()
              ? Optional.of(json.getDecimalValue()).filter(n -> n.toPlainString().length() <= 40)
              : Optional.empty();
        }
      }
      return Optional.empty();
    } catch (IOException malformed) {
      throw new IllegalStateException(malformed);
    }
  }

  private static BigDecimal aggregate(AggregateFunction function, List<BigDecimal> amounts) {
    BigDecimal sum = amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    return switch (function) {
      case AGGREGATE_FUNCTION_COUNT -> BigDecimal.valueOf(amounts.size());
      case AGGREGATE_FUNCTION_SUM -> sum;
      case AGGREGATE_FUNCTION_AVG ->
          sum.divide(BigDecimal.valueOf(amounts.size()), 10, RoundingMode.HALF_UP);
      case AGGREGATE_FUNCTION_MIN -> amounts.stream().min(BigDecimal::compareTo).orElseThrow();
      case AGGREGATE_FUNCTION_MAX -> amounts.stream().max(BigDecimal::compareTo).orElseThrow();
      default -> throw new IllegalArgumentException(function.toString());
    };
  }
}
