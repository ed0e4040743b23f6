package sextant.dashboard.query;

import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import sextant.dashboard.query.World.Act;
import sextant.dashboard.query.World.Segment;
import sextant.dashboard.v1.AlgorithmModel;
import sextant.dashboard.v1.Approval;
import sextant.dashboard.v1.ApprovalStatus;
import sextant.dashboard.v1.AttributionResult;
import sextant.dashboard.v1.Budget;
import sextant.dashboard.v1.BudgetPeriod;
import sextant.dashboard.v1.BudgetScope;
import sextant.dashboard.v1.Category;
import sextant.dashboard.v1.Channel;
import sextant.dashboard.v1.Creative;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.EntryStatus;
import sextant.dashboard.v1.Experiment;
import sextant.dashboard.v1.FeatureImportance;
import sextant.dashboard.v1.ModelQuality;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.Suppression;
import sextant.dashboard.v1.SuppressionScope;
import sextant.dashboard.v1.Trigger;

/// Makes small worlds full of ties, boundaries and gaps.
final class WorldGenerator {

  /// Zones whose days start off UTC midnight, by hours, half and quarter hours, and change.
  static final List<String> ZONES =
      List.of(
          "",
          "",
          "UTC",
          "Europe/Berlin",
          "Europe/London",
          "America/New_York",
          "Asia/Kolkata",
          "Asia/Kathmandu",
          "Pacific/Auckland",
          "America/Santiago",
          "Africa/Abidjan");

  private static final List<Instant> STARTS =
      List.of(
          Instant.parse("2026-03-30T14:30:00Z"),
          // A microsecond around midnight, and midnight.
          Instant.parse("2026-03-30T00:00:00Z"),
          Instant.parse("2026-03-29T23:59:59.999999Z"),
          // Days after the clocks changed in Berlin, New York, Auckland, Santiago.
          Instant.parse("2026-03-29T10:15:00.5Z"),
          Instant.parse("2026-10-26T00:30:00Z"),
          Instant.parse("2026-03-09T04:00:00Z"),
          Instant.parse("2026-11-02T03:00:00Z"),
          Instant.parse("2026-04-06T12:00:00Z"),
          Instant.parse("2026-09-07T05:00:00Z"),
          Instant.parse("2026-01-01T00:00:01Z"));

  private final Random random;
  private final World world;

  private WorldGenerator(Random random, World world) {
    this.random = random;
    this.world = world;
  }

  static World generate(Random random) {
    WorldGenerator generator =
        new WorldGenerator(random, new World(STARTS.get(random.nextInt(STARTS.size()))));
    generator.addCatalogue();
    generator.addInteractions();
    generator.addTraces();
    generator.addSegments();
    return generator.world;
  }

  /// Withdraws some interactions and adds late ones.
  static void change(Random random, World world) {
    world.acts.removeIf(act -> random.nextInt(3) == 0);
    new WorldGenerator(random, world).addInteractions();
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private String offerId() {
    return "off_" + random.nextInt(7);
  }

  private String channelId() {
    return "ch_" + random.nextInt(4);
  }

  private String customerId() {
    return "cust_" + random.nextInt(12);
  }

  private EntryStatus status() {
    return chance(0.7)
        ? EntryStatus.ENTRY_STATUS_ACTIVE
        : EntryStatus.forNumber(1 + random.nextInt(4));
  }

  /// Amounts with few different values, so that ties happen.
  private BigDecimal amount() {
    return chance(0.6)
        ? BigDecimal.valueOf(random.nextInt(5) * 10L)
        : BigDecimal.valueOf(random.nextInt(5_000_000), random.nextInt(7));
  }

  private void addCatalogue() {
    for (int number = 0; number < 6; number++) {
      if (chance(0.85)) {
        Offer.Builder offer =
            Offer.newBuilder()
                .setId("off_" + number)
                .setName("Offer " + number)
                .setStatus(status())
                .setPriority(random.nextInt(101));
        if (chance(0.8)) {
          offer.setCategoryId("cat_" + random.nextInt(3));
        }
        world.offers.add(offer.build());
      }
    }
    for (int number = 0; number < 2; number++) {
      world.categories.add(
          Category.newBuilder().setId("cat_" + number).setName("Category " + number).build());
    }
    for (int number = 0; number < 3; number++) {
      if (chance(0.85)) {
        world.channels.add(
            Channel.newBuilder()
                .setId("ch_" + number)
                .setName("Channel " + number)
                .setStatus(status())
                .build());
      }
    }
    for (int number = 0; number < random.nextInt(10); number++) {
      world.creatives.add(
          Creative.newBuilder()
              .setId("cr_" + number)
              .setOfferId(offerId())
              .setChannelId(channelId())
              .setStatus(status())
              .build());
    }
    for (int number = 0; number < random.nextInt(4); number++) {
      world.experiments.add(
          Experiment.newBuilder().setId("e" + number).setName("E").setStatus(status()).build());
      world.triggers.add(
          Trigger.newBuilder()
              .setId("t" + number)
              .setName("T")
              .setEventType("click")
              .setStatus(status())
              .build());
      world.approvals.add(
          Approval.newBuilder()
              .setId("a" + number)
              .setEntityType("offer")
              .setEntityId(offerId())
              .setStatus(ApprovalStatus.forNumber(1 + random.nextInt(3)))
              .build());
    }
    addBudgets();
    addPerCustomerEntries();
    addModels();
    world.journeys = random.nextInt(5);
  }

  private void addBudgets() {
    for (int number = 0; number < random.nextInt(6); number++) {
      Budget.Builder budget =
          Budget.newBuilder()
              .setId("b" + number)
              .setScope(
                  chance(0.8) ? BudgetScope.BUDGET_SCOPE_OFFER : BudgetScope.BUDGET_SCOPE_CHANNEL)
              .setScopeId(offerId())
              .setPeriodType(BudgetPeriod.forNumber(1 + random.nextInt(5)));
      if (chance(0.85)) {
        budget.setMaxSpend(chance(0.1) ? "0" : amount().toPlainString());
      }
      if (chance(0.2)) {
        budget.setPeriodType(BudgetPeriod.BUDGET_PERIOD_MONTHLY).setPeriodKey("2026-03");
      }
      world.budgets.add(budget.build());
    }
  }

  private void addPerCustomerEntries() {
    for (int number = 0; number < random.nextInt(8); number++) {
      Suppression.Builder suppression =
          Suppression.newBuilder()
              .setId("s" + number)
              .setCustomerId(customerId())
              .setScope(SuppressionScope.SUPPRESSION_SCOPE_GLOBAL)
              .setPolicyType(pick(List.of("frequency_cap", "cooldown", "opt_out")));
      if (chance(0.6)) {
        suppression.setExpiresAt(timestamp(world.now.plusSeconds(random.nextInt(3) - 1L)));
      }
      world.suppressions.add(suppression.build());
    }
    for (int number = 0; number < random.nextInt(8); number++) {
      world.attribution.add(
          AttributionResult.newBuilder()
              .setId("r" + number)
              .setCustomerId(customerId())
              .setConversionId("conv" + number)
              .setModel(pick(List.of("last_touch", "first_touch", "linear")))
              .setTotalValue(amount().toPlainString())
              .build());
    }
  }

  private void addModels() {
    for (int number = 0; number < random.nextInt(4); number++) {
      AlgorithmModel.Builder model =
          AlgorithmModel.newBuilder()
              .setId("m" + number)
              .setName("Model " + number)
              .setStatus(status());
      for (int entry = 0; entry < random.nextInt(4); entry++) {
        model.addMetricsHistory(
            ModelQuality.newBuilder()
                .setDate(LocalDate.of(2026, 3, 8 + random.nextInt(5)).toString())
                .setAuc(random.nextInt(101) / 100.0));
      }
      for (int feature = 0; feature < random.nextInt(4); feature++) {
        model.addFeatureImportance(
            FeatureImportance.newBuilder()
                .setName("f" + random.nextInt(9))
                .setValue(random.nextInt(3) / 10.0));
      }
      if (chance(0.7)) {
        model.setLastTrainedAt(timestamp(world.now.minusSeconds(random.nextInt(3))));
      }
      world.models.add(model.build());
    }
  }

  /// Instants around the boundaries of days and windows.
  private Instant instant() {
    if (chance(0.2)) {
      ZoneId zone = ZoneId.of(pick(ZONES.subList(2, ZONES.size())));
      return LocalDate.ofInstant(world.now, ZoneOffset.UTC)
          .minusDays(random.nextInt(16))
          .atStartOfDay(zone)
          .toInstant()
          .plusNanos((random.nextInt(3) - 1) * 1_000L);
    }
    return chance(0.05)
        ? world.now.plusNanos((random.nextInt(3) - 1) * 1_000L)
        : world.now.minus(Duration.ofMinutes(random.nextInt(20 * 1_440) - 1_000L));
  }

  private void addInteractions() {
    int size = random.nextInt(60);
    for (int number = 0; number < size; number++) {
      int kind = random.nextInt(10);
      Instant at = instant();
      world.acts.add(
          new Act(
              customerId(),
              at.isAfter(world.now.plus(Duration.ofHours(24))) ? world.now : at,
              chance(0.9) ? offerId() : null,
              chance(0.9) ? channelId() : null,
              kind < 5,
              kind == 5 || kind == 6,
              kind == 7,
              kind == 6,
              kind >= 5 && chance(0.8) ? amount() : null,
              chance(0.5) ? amount() : null));
    }
  }

  private void addTraces() {
    int size = random.nextInt(25);
    for (int number = 0; number < size; number++) {
      Instant at = instant();
      DecisionTrace.Builder trace =
          DecisionTrace.newBuilder()
              .setId("trace_" + random.nextInt(1_000_000))
              .setCustomerId(customerId())
              .setCreatedAt(
                  timestamp(at.isAfter(world.now.plus(Duration.ofHours(24))) ? world.now : at));
      if (chance(0.8)) {
        trace.setChannelId(channelId());
      }
      if (chance(0.8)) {
        trace.setDecisionFlowKey("flow_" + random.nextInt(2));
      }
      if (chance(0.8)) {
        trace.setTotalLatencyMs(chance(0.5) ? random.nextInt(4) * 10 : random.nextInt(1_000));
      }
      if (chance(0.4)) {
        trace.setDegradedScoring(chance(0.5));
      }
      addCandidates(trace);
      world.traces.add(trace.build());
    }
  }

  private void addCandidates(DecisionTrace.Builder trace) {
    List<String> offers = new ArrayList<>();
    for (int number = 0; number < 7; number++) {
      offers.add("off_" + number);
    }
    Collections.shuffle(offers, random);
    int rank = 0;
    for (String offer : offers.subList(0, random.nextInt(8))) {
      for (int result = 0; result < random.nextInt(3); result++) {
        trace.addQualificationResultsBuilder().setOfferId(offer).setPassed(chance(0.8));
      }
      if (chance(0.5)) {
        trace.addContactPolicyResultsBuilder().setOfferId(offer).setPassed(chance(0.8));
      }
      if (chance(0.7)) {
        var scored = trace.addScoringResultsBuilder().setOfferId(offer);
        // Exact bucket bounds and ties, or as a model computes.
        scored.setScore(chance(0.6) ? random.nextInt(11) / 10.0 : random.nextDouble());
        if (chance(0.3)) {
          scored.setRank(1 + random.nextInt(14));
        }
      }
      if (chance(0.25)) {
        trace.addSelectedOffersBuilder().setOfferId(offer).setRank(1 + random.nextInt(++rank + 1));
      }
    }
  }

  private void addSegments() {
    for (int number = 0; number < random.nextInt(4); number++) {
      Set<String> customers = new HashSet<>();
      for (int member = 0; member < random.nextInt(10); member++) {
        customers.add(customerId());
      }
      world.segments.add(
          new Segment(
              new UUID(random.nextLong(), random.nextLong()).toString(),
              "Segment " + number,
              chance(0.7) ? "active" : "draft",
              customers,
              chance(0.85)));
    }
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
