package sextant.standalone.demo;

import com.google.protobuf.Timestamp;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import sextant.dashboard.v1.AlgorithmModel;
import sextant.dashboard.v1.Approval;
import sextant.dashboard.v1.ApprovalStatus;
import sextant.dashboard.v1.Budget;
import sextant.dashboard.v1.BudgetPeriod;
import sextant.dashboard.v1.BudgetScope;
import sextant.dashboard.v1.Category;
import sextant.dashboard.v1.Channel;
import sextant.dashboard.v1.Creative;
import sextant.dashboard.v1.EntryStatus;
import sextant.dashboard.v1.Experiment;
import sextant.dashboard.v1.FeatureImportance;
import sextant.dashboard.v1.ModelQuality;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.Trigger;

/// What the demo's bank offers, and how.
final class DemoCatalogue {

  /// An offer and how it does.
  ///
  /// @param charm how well it is received
  /// @param value what a conversion is worth
  record Line(String id, String name, String category, int priority, double charm, double value) {}

  static final List<Line> OFFERS =
      List.of(
          new Line("off_premium_card", "Premium Card Upgrade", "cat_cards", 90, 1.0, 120),
          new Line("off_gold_plus", "Gold Plus", "cat_cards", 80, 1.3, 75),
          new Line("off_starter", "Starter Card", "cat_cards", 50, 0.8, 15),
          new Line("off_car_loan", "Car Loan", "cat_loans", 70, 0.5, 640),
          new Line("off_home_loan", "Home Loan", "cat_loans", 85, 0.25, 2_400),
          new Line("off_saver", "Flexible Saver", "cat_savings", 60, 1.1, 40),
          new Line("off_travel", "Travel Insurance", "cat_insurance", 40, 0.9, 35.5));

  static final List<String> CHANNELS = List.of("ch_email", "ch_push", "ch_web", "ch_branch");

  private static final List<String> CHANNEL_NAMES =
      List.of("Marketing Email", "App Push", "Website", "Branch");

  private DemoCatalogue() {}

  static List<Offer> offers() {
    List<Offer> offers = new ArrayList<>();
    for (Line line : OFFERS) {
      offers.add(
          Offer.newBuilder()
              .setId(line.id())
              .setName(line.name())
              .setCategoryId(line.category())
              .setPriority(line.priority())
              .build());
    }
    offers.add(
        Offer.newBuilder()
            .setId("off_student")
            .setName("Student Account")
            .setStatus(EntryStatus.ENTRY_STATUS_PAUSED)
            .setCategoryId("cat_savings")
            .build());
    return offers;
  }

  static List<Category> categories() {
    return List.of(
        category("cat_cards", "Cards"),
        category("cat_loans", "Loans"),
        category("cat_savings", "Savings"),
        category("cat_insurance", "Insurance"));
  }

  private static Category category(String id, String name) {
    return Category.newBuilder().setId(id).setName(name).build();
  }

  static List<Channel> channels() {
    List<Channel> channels = new ArrayList<>();
    for (int place = 0; place < CHANNELS.size(); place++) {
      channels.add(
          Channel.newBuilder()
              .setId(CHANNELS.get(place))
              .setName(CHANNEL_NAMES.get(place))
              .build());
    }
    return channels;
  }

  static String creative(String offerId, String channelId) {
    return "cr_" + offerId.substring("off_".length()) + "_" + channelId.substring("ch_".length());
  }

  static List<Creative> creatives() {
    List<Creative> creatives = new ArrayList<>();
    for (Line line : OFFERS) {
      for (String channel : CHANNELS) {
        creatives.add(
            Creative.newBuilder()
                .setId(creative(line.id(), channel))
                .setOfferId(line.id())
                .setChannelId(channel)
                .build());
      }
    }
    return creatives;
  }

  static List<Experiment> experiments() {
    return List.of(
        Experiment.newBuilder().setId("exp_subject").setName("Subject lines").build(),
        Experiment.newBuilder().setId("exp_rates").setName("Rate first, name later").build(),
        Experiment.newBuilder()
            .setId("exp_colours")
            .setName("Blue or green")
            .setStatus(EntryStatus.ENTRY_STATUS_ARCHIVED)
            .build());
  }

  static List<Trigger> triggers() {
    return List.of(
        Trigger.newBuilder()
            .setId("trg_purchase")
            .setName("Bought something")
            .setEventType("purchase")
            .build(),
        Trigger.newBuilder().setId("trg_click").setName("Clicked").setEventType("click").build());
  }

  static List<Approval> approvals() {
    return List.of(
        Approval.newBuilder()
            .setId("app_home_loan")
            .setEntityType("offer")
            .setEntityId("off_home_loan")
            .build(),
        Approval.newBuilder()
            .setId("app_saver")
            .setEntityType("offer")
            .setEntityId("off_saver")
            .setStatus(ApprovalStatus.APPROVAL_STATUS_APPROVED)
            .build());
  }

  /// Large enough for a month of what the demo's customers cost.
  static List<Budget> budgets(int customers) {
    List<Budget> budgets = new ArrayList<>();
    for (Line line : OFFERS.subList(0, 4)) {
      budgets.add(
          Budget.newBuilder()
              .setId("bud_" + line.id())
              .setName(line.name() + ", this month")
              .setScope(BudgetScope.BUDGET_SCOPE_OFFER)
              .setScopeId(line.id())
              .setPeriodType(BudgetPeriod.BUDGET_PERIOD_MONTHLY)
              .setMaxSpend(Integer.toString(10 + customers * line.priority() / 100))
              .build());
    }
    return budgets;
  }

  static List<AlgorithmModel> models(LocalDate today) {
    return List.of(
        model("mod_propensity", "Propensity to Buy", 0.78, today),
        model("mod_churn", "Churn", 0.71, today.minusDays(3)));
  }

  private static AlgorithmModel model(String id, String name, double quality, LocalDate trained) {
    AlgorithmModel.Builder model =
        AlgorithmModel.newBuilder()
            .setId(id)
            .setName(name)
            .setModelType("gradient_boosting")
            .setLastTrainedAt(
                Timestamp.newBuilder()
                    .setSeconds(trained.atStartOfDay(ZoneOffset.UTC).toEpochSecond()))
            .addFeatureImportance(importance("monthly_spend", 0.34))
            .addFeatureImportance(importance("tenure_months", 0.27))
            .addFeatureImportance(importance("clicks_30d", 0.21))
            .addFeatureImportance(importance("city", 0.04));
    for (int day = 13; day >= 0; day--) {
      model.addMetricsHistory(
          ModelQuality.newBuilder()
              .setDate(trained.minusDays(day).toString())
              .setAuc(Math.round(1_000 * (quality + (13 - day) * 0.004)) / 1_000.0));
    }
    return model.build();
  }

  private static FeatureImportance importance(String name, double value) {
    return FeatureImportance.newBuilder().setName(name).setValue(value).build();
  }
}
