package sextant.dashboard.query;

import static sextant.dashboard.query.Oracle.count;

import com.google.protobuf.util.Timestamps;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import sextant.dashboard.query.World.Act;
import sextant.dashboard.v1.AnomalyCandidate;
import sextant.dashboard.v1.AnomalyPeriod;
import sextant.dashboard.v1.AnomalySeverity;
import sextant.dashboard.v1.GetAnomalyCandidatesRequest;
import sextant.dashboard.v1.GetAnomalyCandidatesResponse;

/// `anomaly_candidates`, by the formulas as they are written down.
final class AnomalyOracle {

  private record Row(AnomalyCandidate message, double zscore) {}

  private static final int DIGITS = 60;

  private final World world;
  private final Oracle oracle;
  private final TraceOracle traces;

  AnomalyOracle(World world) {
    this.world = world;
    this.oracle = new Oracle(world);
    this.traces = new TraceOracle(world);
  }

  GetAnomalyCandidatesResponse anomalies(GetAnomalyCandidatesRequest request) {
    String timezone = request.getTimezone();
    int days = Oracle.days(request.getDays());
    int baselineDays = request.hasBaselineDays() ? request.getBaselineDays() : days;
    Oracle.Span current = oracle.lookback(request.getDays(), timezone);
    LocalDate since = oracle.today(timezone).minusDays(days);
    Oracle.Span baseline =
        new Oracle.Span(
            Oracle.midnight(since.minusDays(baselineDays), timezone),
            current.since().minusNanos(1));
    List<Act> before = oracle.acts(baseline, "");
    List<Act> now = oracle.acts(current, "");
    List<Row> rows = new ArrayList<>();
    acceptance("overall", "overall", "Overall", before, now, rows);
    for (String offer : Oracle.offersOf(now)) {
      acceptance(
          "offer",
          offer,
          oracle.offerName(offer),
          only(before, Act::offer, offer),
          only(now, Act::offer, offer),
          rows);
    }
    for (String channel : Oracle.ids(now, Act::channel)) {
      acceptance(
          "channel",
          channel,
          oracle.channelName(channel),
          only(before, Act::channel, channel),
          only(now, Act::channel, channel),
          rows);
    }
    TreeSet<String> offers = new TreeSet<>(Oracle.offersOf(before));
    offers.addAll(Oracle.offersOf(now));
    for (String offer : offers) {
      revenue(offer, since, days, baselineDays, timezone, now, rows);
    }
    long[] degradedBefore = traces.degraded(baseline);
    long[] degradedNow = traces.degraded(current);
    rate(
        "degraded_scoring_rate",
        "overall",
        "overall",
        "Overall",
        degradedBefore[0],
        degradedBefore[1],
        degradedNow[0],
        degradedNow[1],
        rows);
    rows.sort(
        Comparator.comparing((Row row) -> -row.message().getSeverity().getNumber())
            .thenComparing(row -> -Math.abs(row.zscore()))
            .thenComparing(row -> row.message().getMetric())
            .thenComparing(row -> row.message().getDimensionKey()));
    return GetAnomalyCandidatesResponse.newBuilder()
        .addAllData(rows.stream().map(Row::message).toList())
        .setPeriod(
            AnomalyPeriod.newBuilder()
                .setCurrentDays(days)
                .setBaselineDays(baselineDays)
                .setSince(Timestamps.fromMillis(current.since().toEpochMilli())))
        .build();
  }

  private static List<Act> only(List<Act> acts, Function<Act, String> id, String wanted) {
    return acts.stream().filter(act -> wanted.equals(id.apply(act))).toList();
  }

  private static void acceptance(
      String dimension, String key, String name, List<Act> before, List<Act> now, List<Row> rows) {
    rate(
        "acceptance_rate",
        dimension,
        key,
        name,
        count(before, Act::positive),
        count(before, Act::impression),
        count(now, Act::positive),
        count(now, Act::impression),
        rows);
  }

  private static void rate(
      String metric,
      String dimension,
      String key,
      String name,
      long x1,
      long n1,
      long x2,
      long n2,
      List<Row> rows) {
    if (n1 == 0 || n2 == 0) {
      return;
    }
    double p1 = (double) x1 / n1;
    double p2 = (double) x2 / n2;
    double p = (double) (x1 + x2) / (n1 + n2);
    double variance = p * (1 - p) * (1.0 / n1 + 1.0 / n2);
    double z = variance > 0 ? (p2 - p1) / Math.sqrt(variance) : 0;
    BigDecimal baseline = quotient(new BigDecimal(x1), n1);
    BigDecimal current = quotient(new BigDecimal(x2), n2);
    // Exact: (x2/n2 - x1/n1) / (x1/n1) = (x2 n1 - x1 n2) / (x1 n2).
    BigDecimal delta =
        x1 == 0
            ? null
            : new BigDecimal(x2 * n1 - x1 * n2)
                .multiply(new BigDecimal(100))
                .divide(new BigDecimal(x1 * n2), DIGITS, RoundingMode.HALF_UP);
    add(metric, dimension, key, name, baseline, current, delta, z, 4, rows);
  }

  private void revenue(
      String offer,
      LocalDate since,
      int days,
      int baselineDays,
      String timezone,
      List<Act> now,
      List<Row> rows) {
    List<BigDecimal> daily = new ArrayList<>();
    for (int day = 1; day <= baselineDays; day++) {
      Oracle.Span span = oracle.day(since.minusDays(day), timezone);
      daily.add(Oracle.sum(only(oracle.acts(span, ""), Act::offer, offer), Act::value));
    }
    BigDecimal total = daily.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal baseline = quotient(total, baselineDays);
    BigDecimal currentTotal = Oracle.sum(only(now, Act::offer, offer), Act::value);
    BigDecimal current = quotient(currentTotal, days + 1L);
    BigDecimal squares = BigDecimal.ZERO;
    for (BigDecimal value : daily) {
      squares = squares.add(value.subtract(baseline).pow(2));
    }
    boolean varies = daily.stream().map(BigDecimal::stripTrailingZeros).distinct().count() > 1;
    double z = 0;
    if (varies) {
      double deviation = Math.sqrt(squares.doubleValue() / (baselineDays - 1));
      z = current.subtract(baseline).doubleValue() / (deviation / Math.sqrt(days));
    }
    BigDecimal delta =
        total.signum() == 0
            ? null
            : currentTotal
                .multiply(new BigDecimal(baselineDays))
                .subtract(total.multiply(new BigDecimal(days + 1)))
                .multiply(new BigDecimal(100))
                .divide(total.multiply(new BigDecimal(days + 1)), DIGITS, RoundingMode.HALF_UP);
    add("revenue", "offer", offer, oracle.offerName(offer), baseline, current, delta, z, 6, rows);
  }

  private static BigDecimal quotient(BigDecimal dividend, long divisor) {
    return dividend.divide(new BigDecimal(divisor), DIGITS, RoundingMode.HALF_UP);
  }

  private static void add(
      String metric,
      String dimension,
      String key,
      String name,
      BigDecimal baseline,
      BigDecimal current,
      BigDecimal delta,
      double computed,
      int decimals,
      List<Row> rows) {
    // Equal to nine decimals is equal.
    double z = Math.round(computed * 1e9) / 1e9;
    double percent = delta == null ? 0 : Math.abs(delta.doubleValue());
    AnomalySeverity severity;
    if (Math.abs(z) >= 4 || percent >= 50) {
      severity = AnomalySeverity.ANOMALY_SEVERITY_CRITICAL;
    } else if (Math.abs(z) >= 3 || percent >= 30) {
      severity = AnomalySeverity.ANOMALY_SEVERITY_WARNING;
    } else if (Math.abs(z) >= 2 || percent >= 15) {
      severity = AnomalySeverity.ANOMALY_SEVERITY_INFO;
    } else {
      return;
    }
    AnomalyCandidate.Builder message =
        AnomalyCandidate.newBuilder()
            .setMetric(metric)
            .setDimension(dimension)
            .setDimensionKey(key)
            .setDimensionName(name)
            .setBaseline(Oracle.money(baseline.setScale(decimals, RoundingMode.HALF_UP)))
            .setCurrent(Oracle.money(current.setScale(decimals, RoundingMode.HALF_UP)))
            .setZscore(
                new BigDecimal(Double.toString(z)).setScale(1, RoundingMode.HALF_UP).doubleValue())
            .setSeverity(severity);
    if (delta != null) {
      message.setDeltaPct(delta.setScale(1, RoundingMode.HALF_UP).doubleValue());
    }
    rows.add(new Row(message.build(), z));
  }
}
