package sextant.standalone.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import sextant.dashboard.v1.AttributionResult;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.SelectedOffer;
import sextant.dashboard.v1.Suppression;
import sextant.dashboard.v1.SuppressionScope;
import sextant.dashboard.v1.Touchpoint;
import sextant.kit.rpc.Timestamps;
import sextant.metrics.v1.InteractionInput;
import sextant.standalone.demo.DemoCatalogue.Line;

/// What happened on one day: decisions, what they showed to customers, and how these responded.
/// Follows from the seed and the date alone, so that each day is the same however often and when it
/// is made.
final class DemoDay {

  private static final double DECISIONS_PER_CUSTOMER = 0.15;
  private static final double PURCHASES_PER_CUSTOMER = 0.05;
  private static final List<String> MODELS = List.of("last_touch", "first_touch", "linear");

  /// Since this many days the Gold Plus does much better: something for the anomalies to find.
  private static final int NEWS_DAYS = 6;

  private final long seed;
  private final List<Customer> customers;
  private final LocalDate date;
  private final LocalDate today;
  private final Instant end;
  private final Random random;

  final List<DecisionTrace> traces = new ArrayList<>();
  final List<InteractionInput> interactions = new ArrayList<>();
  final List<Suppression> suppressions = new ArrayList<>();
  final List<AttributionResult> attribution = new ArrayList<>();

  private DemoDay(
      long seed, List<Customer> customers, LocalDate date, LocalDate today, Instant end) {
    this.seed = seed;
    this.customers = customers;
    this.date = date;
    this.today = today;
    this.end = end;
    this.random = new Random(seed * 1_000_003 + date.toEpochDay() * 7919);
    this.random.nextInt();
  }

  /// `end`: what would be later has not happened yet.
  static DemoDay of(
      long seed, List<Customer> customers, LocalDate date, LocalDate today, Instant end) {
    DemoDay day = new DemoDay(seed, customers, date, today, end);
    // Quiet weekends, and a little growth.
    double bustle = date.getDayOfWeek().getValue() > 5 ? 0.6 : 1;
    double growth = 1 - 0.003 * (today.toEpochDay() - date.toEpochDay());
    long decisions =
        Math.max(3, Math.round(customers.size() * DECISIONS_PER_CUSTOMER * bustle * growth));
    for (int number = 0; number < decisions; number++) {
      day.decide(number);
    }
    long purchases = Math.round(customers.size() * PURCHASES_PER_CUSTOMER * bustle * growth);
    for (int number = 0; number < purchases; number++) {
      day.purchase(number);
    }
    return day;
  }

  private Customer customer() {
    return customers.get(random.nextInt(customers.size()));
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /// Mostly between morning and night.
  private Instant instant() {
    double hour = 14 + 4 * random.nextGaussian();
    return date.atStartOfDay(ZoneOffset.UTC)
        .toInstant()
        .plusMillis((long) (Math.clamp(hour, 0.1, 22.9) * 3_600_000));
  }

  private String key(String kind, int number) {
    return "demo%d_%s_%s_%d".formatted(seed, kind, date, number);
  }

  private void decide(int number) {
    Customer customer = customer();
    Instant at = instant();
    String channel = DemoCatalogue.CHANNELS.get(Math.min(random.nextInt(5), 3));
    boolean degraded = chance(0.01);
    DecisionTrace.Builder trace =
        DecisionTrace.newBuilder()
            .setId(key("trace", number))
            .setCustomerId(customer.id())
            .setChannelId(channel)
            .setDecisionFlowKey(channel.equals("ch_branch") ? "branch" : "next-best-offer")
            .setCreatedAt(Timestamps.of(at))
            .setTotalLatencyMs(
                (int) Math.round((degraded ? 250 : 28) * Math.exp(0.5 * random.nextGaussian())));
    trace.setDegradedScoring(degraded);
    List<Line> scored = consider(customer, trace);
    if (!scored.isEmpty()) {
      trace.addSelectedOffers(
          SelectedOffer.newBuilder()
              .setOfferId(scored.getFirst().id())
              .setRank(1)
              .setCreativeId(DemoCatalogue.creative(scored.getFirst().id(), channel)));
    }
    // Drawn in any case, so that what follows does not depend on the time of day.
    Offered offered =
        new Offered(customer, scored.isEmpty() ? null : scored.getFirst(), channel, at);
    boolean happened = !at.isAfter(end);
    if (happened) {
      traces.add(trace.build());
    }
    respond(number, offered, happened && !scored.isEmpty());
  }

  private record Offered(Customer customer, Line offer, String channel, Instant at) {}

  /// The offers that were scored, best first.
  private List<Line> consider(Customer customer, DecisionTrace.Builder trace) {
    record Score(Line offer, double score) {}
    List<Score> scores = new ArrayList<>();
    for (Line offer : DemoCatalogue.OFFERS) {
      boolean qualified =
          !(offer.id().equals("off_home_loan") && customer.monthlySpend() < 500)
              && !(offer.id().equals("off_starter") && !customer.tier().equals("basic"));
      boolean capped = chance(0.08);
      double score =
          Math.clamp(customer.appetite() * offer.charm() * (0.7 + 0.6 * random.nextDouble()), 0, 1);
      trace
          .addQualificationResultsBuilder()
          .setOfferId(offer.id())
          .setPassed(qualified)
          .setReason(qualified ? "eligible" : "not for this tier");
      if (qualified) {
        trace
            .addContactPolicyResultsBuilder()
            .setOfferId(offer.id())
            .setPassed(!capped)
            .setPolicyType("frequency_cap");
        if (!capped) {
          scores.add(new Score(offer, Math.round(score * 10_000) / 10_000.0));
        }
      }
    }
    scores.sort(Comparator.comparingDouble(Score::score).reversed());
    for (int place = 0; place < scores.size(); place++) {
      trace
          .addScoringResultsBuilder()
          .setOfferId(scores.get(place).offer().id())
          .setScore(scores.get(place).score())
          .setRank(place + 1);
    }
    return scores.stream().map(Score::offer).toList();
  }

  private void respond(int number, Offered shown, boolean happened) {
    double mood = random.nextDouble();
    double patience = random.nextDouble();
    double price = random.nextDouble();
    if (!happened) {
      return;
    }
    boolean news =
        shown.offer().id().equals("off_gold_plus")
            && today.toEpochDay() - date.toEpochDay() <= NEWS_DAYS;
    double acceptance = 0.25 * shown.customer().appetite() * (news ? 2.2 : 1);
    add("shown", number, shown, "impression", 0, null, cost(shown.channel()));
    if (mood < acceptance) {
      add("click", number, shown, "click", 60, null, null);
      if (mood < acceptance / 3) {
        BigDecimal value =
            BigDecimal.valueOf(shown.offer().value() * (0.8 + 0.4 * price))
                .setScale(2, RoundingMode.HALF_UP);
        if (add("convert", number, shown, "convert", 600, value, null)) {
          attribute(number, shown, value);
        }
      }
    } else if (patience < 0.06) {
      add("dismiss", number, shown, "dismiss", 30, null, null);
      suppress(number, shown);
    }
  }

  private static BigDecimal cost(String channel) {
    return switch (channel) {
      case "ch_branch" -> new BigDecimal("2.5");
      case "ch_email" -> new BigDecimal("0.02");
      default -> new BigDecimal("0.005");
    };
  }

  /// Returns whether it has happened already.
  private boolean add(
      String kind,
      int number,
      Offered shown,
      String type,
      int secondsLater,
      BigDecimal value,
      BigDecimal cost) {
    Instant at = shown.at().plusSeconds(secondsLater);
    if (at.isAfter(end)) {
      return false;
    }
    InteractionInput.Builder interaction =
        InteractionInput.newBuilder()
            .setEventType(type)
            .setCustomerId(shown.customer().id())
            .setTimestamp(Timestamps.of(at))
            .setOfferId(shown.offer().id())
            .setChannelId(shown.channel())
            .setCreativeId(DemoCatalogue.creative(shown.offer().id(), shown.channel()))
            .setIdempotencyKey(key(kind, number));
    if (value != null) {
      interaction.setValue(value.toPlainString());
    }
    if (cost != null) {
      interaction.setCost(cost.toPlainString());
    }
    interactions.add(interaction.build());
    return true;
  }

  private void attribute(int number, Offered shown, BigDecimal value) {
    for (String model : MODELS) {
      attribution.add(
          AttributionResult.newBuilder()
              .setId(key(model, number))
              .setCustomerId(shown.customer().id())
              .setConversionId(key("convert", number))
              .setModel(model)
              .setTotalValue(value.toPlainString())
              .addTouchpoints(
                  Touchpoint.newBuilder()
                      .setOfferId(shown.offer().id())
                      .setChannelId(shown.channel())
                      .setCredit(1)
                      .setValue(value.toPlainString()))
              .setCreatedAt(Timestamps.of(shown.at()))
              .build());
    }
  }

  private void suppress(int number, Offered shown) {
    suppressions.add(
        Suppression.newBuilder()
            .setId(key("suppression", number))
            .setCustomerId(shown.customer().id())
            .setScope(SuppressionScope.SUPPRESSION_SCOPE_OFFER)
            .setScopeId(shown.offer().id())
            .setPolicyType(number % 3 == 0 ? "frequency_cap" : "cooldown")
            .setReason("dismissed")
            .setExpiresAt(Timestamps.of(shown.at().plusSeconds(30L * 86_400)))
            .build());
  }

  private void purchase(int number) {
    Customer customer = customer();
    Instant at = instant();
    double amount = 5 + customer.monthlySpend() / 10.0 * random.nextDouble();
    if (!at.isAfter(end)) {
      interactions.add(
          InteractionInput.newBuilder()
              .setEventType("purchase")
              .setCustomerId(customer.id())
              .setTimestamp(Timestamps.of(at))
              .setValue(
                  BigDecimal.valueOf(amount).setScale(2, RoundingMode.HALF_UP).toPlainString())
              .setIdempotencyKey(key("purchase", number))
              .build());
    }
  }
}
