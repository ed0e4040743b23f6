package sextant.dashboard.query;

import static java.util.Comparator.comparing;
import static java.util.Comparator.reverseOrder;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;
import static sextant.dashboard.jooq.dashboard.Tables.CATEGORY;
import static sextant.dashboard.jooq.dashboard.Tables.CHANNEL;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import sextant.dashboard.v1.GetScoreDistributionRequest;
import sextant.dashboard.v1.GetScoreDistributionResponse;
import sextant.dashboard.v1.ScoreBucket;
import sextant.dashboard.v1.ScoreDimensionBucket;
import sextant.dashboard.v1.ScoreGrouping;
import sextant.kit.rpc.ApiException;

/// `score_distribution`: histogram of scores, all or by dimension.
final class ScoreDistribution {

  private static final int BUCKETS = 10;
  private static final List<Field<BigDecimal>> BUCKET_SUMS =
      IntStream.range(0, BUCKETS).mapToObj(bucket -> Counted.sumOf("bucket_" + bucket)).toList();

  private ScoreDistribution() {}

  static GetScoreDistributionResponse read(Reading reading, GetScoreDistributionRequest request) {
    if (request.hasFilterId() && !request.hasGroupBy()) {
      throw ApiException.invalid("filter_id", "needs a grouping, whose value it is");
    }
    List<? extends Record> scores =
        byDimension(reading, request).stream()
            .filter(
                row ->
                    !request.hasFilterId()
                        || request.getFilterId().equals(row.get("dimension", String.class)))
            .toList();
    GetScoreDistributionResponse.Builder response = GetScoreDistributionResponse.newBuilder();
    long total = scores.stream().mapToLong(row -> row.get("scored", long.class)).sum();
    if (total > 0) {
      addBuckets(scores, response);
    }
    if (request.hasGroupBy()) {
      response.setGroupBy(request.getGroupBy());
      addDimensions(reading, request.getGroupBy(), scores, response);
    }
    return response.setTotalScores(total).setHasRealData(total > 0).build();
  }

  /// The buckets of each value of the dimension, or of all scores as one.
  private static List<? extends Record> byDimension(
      Reading reading, GetScoreDistributionRequest request) {
    Window window = Window.lookback(request.getDays(), request.getTimezone(), reading.now());
    Counts source =
        switch (request.getGroupBy()) {
          case SCORE_GROUPING_OFFER, SCORE_GROUPING_CATEGORY -> Sources.CANDIDATES_BY_OFFER;
          case SCORE_GROUPING_CHANNEL, SCORE_GROUPING_UNSPECIFIED, UNRECOGNIZED ->
              Sources.SCORES_BY_CHANNEL;
        };
    Table<?> counts = source.totals(reading, window, new Audience.Everyone()).table();
    Field<String> dimension =
        switch (request.getGroupBy()) {
          case SCORE_GROUPING_CHANNEL -> Counted.key("channel_id");
          case SCORE_GROUPING_OFFER -> Counted.key("offer_id");
          case SCORE_GROUPING_CATEGORY -> coalesce(OFFER.CATEGORY_ID, inline(""));
          // Cast, because PostgreSQL refuses to group by a constant.
          case SCORE_GROUPING_UNSPECIFIED, UNRECOGNIZED -> inline("").cast(SQLDataType.CLOB);
        };
    return reading
        .db()
        .select(dimension.as("dimension"), Counted.sumOf("scored"), Counted.sumOf("score_sum"))
        .select(BUCKET_SUMS)
        .from(
            request.getGroupBy() == ScoreGrouping.SCORE_GROUPING_CATEGORY
                ? counts
                    .leftJoin(OFFER)
                    .on(OFFER.TENANT_ID.eq(reading.tenantId()))
                    .and(OFFER.ID.eq(Counted.key("offer_id")))
                : counts)
        .groupBy(dimension)
        .having(Counted.total("scored").gt(BigDecimal.ZERO))
        .fetch();
  }

  private static void addBuckets(
      List<? extends Record> scores, GetScoreDistributionResponse.Builder response) {
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      String column = "bucket_" + bucket;
      response.addData(
          ScoreBucket.newBuilder()
              .setName(BigDecimal.valueOf(bucket, 1) + "-" + BigDecimal.valueOf(bucket + 1L, 1))
              .setCount(scores.stream().mapToLong(row -> row.get(column, long.class)).sum()));
    }
  }

  private static void addDimensions(
      Reading reading,
      ScoreGrouping grouping,
      List<? extends Record> scores,
      GetScoreDistributionResponse.Builder response) {
    Table<?> entries =
        switch (grouping) {
          case SCORE_GROUPING_CHANNEL -> CHANNEL;
          case SCORE_GROUPING_CATEGORY -> CATEGORY;
          case SCORE_GROUPING_OFFER, SCORE_GROUPING_UNSPECIFIED, UNRECOGNIZED -> OFFER;
        };
    Names names =
        Names.of(
            reading,
            entries,
            scores.stream().map(row -> row.get("dimension", String.class)).toList());
    scores.stream()
        .filter(row -> !row.get("dimension", String.class).isEmpty())
        .map(
            row ->
                ScoreDimensionBucket.newBuilder()
                    .setName(row.get("dimension", String.class))
                    .setDimName(names.get(row.get("dimension", String.class)))
                    .setCount(row.get("scored", long.class))
                    .setAvgScore(
                        Rounding.mean(
                            row.get("score_sum", BigDecimal.class),
                            row.get("scored", long.class),
                            3))
                    .build())
        .sorted(
            comparing(ScoreDimensionBucket::getCount, reverseOrder())
                .thenComparing(ScoreDimensionBucket::getName))
        .forEach(response::addDimensionBuckets);
  }
}
