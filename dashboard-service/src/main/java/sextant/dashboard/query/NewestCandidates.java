package sextant.dashboard.query;

import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.with;
import static sextant.dashboard.jooq.dashboard.Tables.DECISION_CANDIDATE;
import static sextant.dashboard.jooq.dashboard.Tables.DECISION_TRACE;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Record3;
import org.jooq.Select;
import org.jooq.SelectField;
import org.jooq.Table;

/// Counts the candidates of the newest traces by offer, as one sweep over the newest candidates:
/// far quicker than looking up the candidates of each trace, and all that makes a sample of 10,000
/// traces affordable.
final class NewestCandidates {

  private static final Field<Boolean> ELIGIBLE = field(name("eligible"), Boolean.class);
  private static final Field<Boolean> SELECTED = field(name("selected"), Boolean.class);
  private static final Field<String> OFFER_ID = field(name("offer_id"), String.class);
  private static final Field<Integer> RANK = field(name("rank"), Integer.class);
  private static final Field<Integer> TRACES = field(name("traces"), Integer.class);

  private NewestCandidates() {}

  /// `filter`: the filter of the sample, as a condition on candidates.
  static Table<?> byOffer(Sample sample, Condition filter) {
    CommonTableExpression<Record3<String, UUID, Instant>> traces =
        name("sample").asMaterialized(sample.traces());
    CommonTableExpression<Record1<Instant>> edge =
        name("edge")
            .asMaterialized(
                select(min(traces.field(DECISION_TRACE.CREATED_AT)).as("created_at")).from(traces));
    Table<?> candidates =
        newer(sample, edge, filter).unionAll(atTheEdge(sample, traces, edge)).asTable("candidates");
    // Few combinations remain; the sums by offer are made of these.
    Table<?> combinations =
        select(OFFER_ID, ELIGIBLE, SELECTED, RANK, count().as(TRACES))
            .from(candidates)
            .groupBy(OFFER_ID, ELIGIBLE, SELECTED, RANK)
            .asTable("combinations");
    return with(traces, edge)
        .select(OFFER_ID)
        .select(
            traces(ELIGIBLE.isTrue()).as("eligible"),
            traces(RANK.isNotNull()).as("scored"),
            traces(SELECTED.isTrue()).as("selected"),
            sum(RANK.cast(BigDecimal.class).times(TRACES)).as("rank_sum"))
        .select(ranks())
        .from(combinations)
        .groupBy(OFFER_ID)
        .asTable("offers");
  }

  /// Every trace after the oldest instant of the sample is in the sample.
  private static Select<Record> newer(
      Sample sample, CommonTableExpression<Record1<Instant>> edge, Condition filter) {
    return select(columns())
        .from(DECISION_CANDIDATE)
        .where(DECISION_CANDIDATE.TENANT_ID.eq(sample.reading().tenantId()))
        .and(DECISION_CANDIDATE.CREATED_AT.gt(select(edge.field(0, Instant.class)).from(edge)))
        .and(DECISION_CANDIDATE.CREATED_AT.le(sample.window().end()))
        .and(filter);
  }

  /// Of the traces at that instant only some may be.
  private static Select<Record> atTheEdge(
      Sample sample,
      CommonTableExpression<Record3<String, UUID, Instant>> traces,
      CommonTableExpression<Record1<Instant>> edge) {
    return select(columns())
        .from(traces)
        .join(DECISION_CANDIDATE)
        .on(DECISION_CANDIDATE.TENANT_ID.eq(sample.reading().tenantId()))
        .and(DECISION_CANDIDATE.CUSTOMER_ID.eq(traces.field(DECISION_TRACE.CUSTOMER_ID)))
        .and(DECISION_CANDIDATE.TRACE_KEY.eq(traces.field(DECISION_TRACE.TRACE_KEY)))
        .where(
            traces
                .field(DECISION_TRACE.CREATED_AT)
                .eq(select(edge.field(0, Instant.class)).from(edge)));
  }

  private static List<SelectField<?>> columns() {
    return List.of(
        DECISION_CANDIDATE.OFFER_ID,
        field(DECISION_CANDIDATE.QUALIFIED.isDistinctFrom(false)).as(ELIGIBLE),
        field(DECISION_CANDIDATE.SELECTED_RANK.isNotNull()).as(SELECTED),
        DECISION_CANDIDATE.RANK);
  }

  private static Field<BigDecimal> traces(Condition condition) {
    return org.jooq.impl.DSL.coalesce(
        sum(TRACES).filterWhere(condition), org.jooq.impl.DSL.inline(BigDecimal.ZERO));
  }

  private static List<SelectField<BigDecimal>> ranks() {
    return IntStream.rangeClosed(1, Ranks.TRACKED)
        .<SelectField<BigDecimal>>mapToObj(rank -> traces(RANK.eq(rank)).as(Ranks.column(rank)))
        .toList();
  }
}
