package sextant.dashboard.query;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static sextant.dashboard.jooq.dashboard.Tables.BEATEN_DAILY;
import static sextant.dashboard.jooq.dashboard.Tables.BEATEN_FACT;
import static sextant.dashboard.jooq.dashboard.Tables.CANDIDATE_DAILY;
import static sextant.dashboard.jooq.dashboard.Tables.CANDIDATE_DAILY_BY_OFFER;
import static sextant.dashboard.jooq.dashboard.Tables.CANDIDATE_FACT;
import static sextant.dashboard.jooq.dashboard.Tables.LATENCY_DAILY;
import static sextant.dashboard.jooq.dashboard.Tables.LATENCY_FACT;
import static sextant.dashboard.jooq.dashboard.Tables.SCORE_DAILY_BY_CHANNEL;
import static sextant.dashboard.jooq.dashboard.Tables.TRACE_DAILY;
import static sextant.dashboard.jooq.dashboard.Tables.TRACE_FACT;
import static sextant.dashboard.jooq.metrics.Tables.INTERACTION_DAILY_BY_CHANNEL_V1;
import static sextant.dashboard.jooq.metrics.Tables.INTERACTION_DAILY_BY_OFFER_V1;
import static sextant.dashboard.jooq.metrics.Tables.INTERACTION_DAILY_V1;
import static sextant.dashboard.jooq.metrics.Tables.INTERACTION_V1;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.jooq.Field;
import org.jooq.Table;

/// What the dashboards count. The fewer keys a source has, the fewer rows there are to add up.
final class Sources {

  private static final List<String> INTERACTION_COUNTERS =
      List.of("interactions", "impressions", "positive", "negative", "conversions", "value");

  static final Counts INTERACTIONS =
      new Counts(
          INTERACTION_DAILY_V1,
          interactionFacts(),
          "occurred_at",
          List.of("offer_id", "channel_id"),
          INTERACTION_COUNTERS);

  static final Counts INTERACTIONS_BY_OFFER =
      new Counts(
          INTERACTION_DAILY_BY_OFFER_V1,
          interactionFacts(),
          "occurred_at",
          List.of("offer_id"),
          INTERACTION_COUNTERS);

  static final Counts INTERACTIONS_BY_CHANNEL =
      new Counts(
          INTERACTION_DAILY_BY_CHANNEL_V1,
          interactionFacts(),
          "occurred_at",
          List.of("channel_id"),
          INTERACTION_COUNTERS);

  static final Counts TRACES =
      new Counts(
          TRACE_DAILY,
          TRACE_FACT,
          "created_at",
          List.of("channel_id", "decision_flow_key"),
          List.of("traces", "scored_or_degraded", "degraded"));

  static final Counts LATENCIES =
      new Counts(
          LATENCY_DAILY,
          LATENCY_FACT,
          "created_at",
          List.of("total_latency_ms"),
          List.of("traces"));

  static final Counts CANDIDATES =
      new Counts(
          CANDIDATE_DAILY,
          CANDIDATE_FACT,
          "created_at",
          List.of("offer_id", "channel_id", "decision_flow_key"),
          countersOf(CANDIDATE_DAILY));

  static final Counts CANDIDATES_BY_OFFER =
      new Counts(
          CANDIDATE_DAILY_BY_OFFER,
          CANDIDATE_FACT,
          "created_at",
          List.of("offer_id"),
          countersOf(CANDIDATE_DAILY_BY_OFFER));

  static final Counts SCORES_BY_CHANNEL =
      new Counts(
          SCORE_DAILY_BY_CHANNEL,
          CANDIDATE_FACT,
          "created_at",
          List.of("channel_id"),
          countersOf(SCORE_DAILY_BY_CHANNEL));

  static final Counts BEATEN =
      new Counts(
          BEATEN_DAILY,
          BEATEN_FACT,
          "created_at",
          List.of("offer_id", "beaten_by"),
          List.of("traces"));

  private Sources() {}

  /// Interactions with the columns of their daily counts.
  private static Table<?> interactionFacts() {
    return select(
            INTERACTION_V1.TENANT_ID,
            INTERACTION_V1.CUSTOMER_ID,
            INTERACTION_V1.OCCURRED_AT,
            field("({0} at time zone 'UTC')::date", LocalDate.class, INTERACTION_V1.OCCURRED_AT)
                .as("day"),
            coalesce(INTERACTION_V1.OFFER_ID, inline("")).as("offer_id"),
            coalesce(INTERACTION_V1.CHANNEL_ID, inline("")).as("channel_id"),
            inline(1).as("interactions"),
            flag(INTERACTION_V1.IS_IMPRESSION).as("impressions"),
            flag(INTERACTION_V1.IS_POSITIVE).as("positive"),
            flag(INTERACTION_V1.IS_NEGATIVE).as("negative"),
            flag(INTERACTION_V1.IS_CONVERSION).as("conversions"),
            coalesce(INTERACTION_V1.VALUE, inline(BigDecimal.ZERO)).as("value"))
        .from(INTERACTION_V1)
        .asTable("interaction_fact");
  }

  private static Field<Integer> flag(Field<Boolean> condition) {
    return condition.cast(Integer.class);
  }

  private static List<String> countersOf(Table<?> daily) {
    return Arrays.stream(daily.fields())
        .filter(column -> !daily.getPrimaryKey().getFields().contains(column))
        .map(Field::getName)
        .toList();
  }
}
