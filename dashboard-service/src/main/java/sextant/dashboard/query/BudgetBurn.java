package sextant.dashboard.query;

import static java.util.Comparator.comparing;
import static java.util.Comparator.reverseOrder;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;
import static sextant.dashboard.jooq.dashboard.Tables.BUDGET;
import static sextant.dashboard.jooq.metrics.Tables.INTERACTION_DAILY_BY_OFFER_V1;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jooq.Field;
import org.jooq.Table;
import sextant.dashboard.catalogue.BudgetPeriods;
import sextant.dashboard.jooq.dashboard.tables.records.BudgetRecord;
import sextant.dashboard.v1.BudgetBurnRow;
import sextant.dashboard.v1.BudgetPeriod;
import sextant.dashboard.v1.GetBudgetBurnResponse;
import sextant.dashboard.value.Decimals;

/// `budget_burn`: how much of their budgets offers have spent.
final class BudgetBurn {

  private record Burn(BudgetRecord budget, BigDecimal spent) {

    static final Comparator<Burn> FASTEST_FIRST =
        comparing(Burn::rate, reverseOrder())
            .thenComparing(burn -> burn.budget().getScopeId())
            .thenComparing(burn -> burn.budget().getId());

    BigDecimal rate() {
      BigDecimal allocated = budget.getMaxSpend();
      return allocated.signum() == 0
          ? BigDecimal.ZERO
          : spent.divide(allocated, MathContext.DECIMAL128);
    }

    BudgetBurnRow toRow() {
      BigDecimal allocated = budget.getMaxSpend();
      return BudgetBurnRow.newBuilder()
          .setOfferId(budget.getScopeId())
          .setAllocated(Decimals.format(allocated))
          .setSpent(Decimals.format(spent))
          .setRemaining(Decimals.format(allocated.subtract(spent)))
          .setBurnRate(Rounding.percent(spent, allocated))
          .build();
    }
  }

  private BudgetBurn() {}

  static GetBudgetBurnResponse read(Reading reading) {
    List<BudgetRecord> budgets =
        reading
            .db()
            .selectFrom(BUDGET)
            .where(BUDGET.TENANT_ID.eq(reading.tenantId()))
            .and(BUDGET.SCOPE.eq("offer"))
            .and(BUDGET.MAX_SPEND.isNotNull())
            .fetch();
    Map<String, BigDecimal> spent = budgets.isEmpty() ? Map.of() : spent(reading, budgets);
    return GetBudgetBurnResponse.newBuilder()
        .addAllData(
            budgets.stream()
                .map(budget -> new Burn(budget, spent.get(budget.getId())))
                .sorted(Burn.FASTEST_FIRST)
                .map(Burn::toRow)
                .toList())
        .build();
  }

  /// The costs of each budget's offer in the budget's period, by budget id.
  private static Map<String, BigDecimal> spent(Reading reading, List<BudgetRecord> budgets) {
    LocalDate today = LocalDate.ofInstant(reading.now(), ZoneOffset.UTC);
    List<BudgetPeriods.Days> days = budgets.stream().map(budget -> days(budget, today)).toList();
    Table<?> periods =
        table(
                "unnest({0}, {1}, {2}, {3})",
                val(budgets.stream().map(BudgetRecord::getId).toArray(String[]::new)),
                val(budgets.stream().map(BudgetRecord::getScopeId).toArray(String[]::new)),
                val(days.stream().map(BudgetPeriods.Days::from).toArray(LocalDate[]::new)),
                val(days.stream().map(BudgetPeriods.Days::until).toArray(LocalDate[]::new)))
            .as("periods", "budget_id", "offer_id", "first_day", "end_day");
    Field<String> budgetId = field(name("periods", "budget_id"), String.class);
    Field<BigDecimal> cost =
        coalesce(sum(INTERACTION_DAILY_BY_OFFER_V1.COST), inline(BigDecimal.ZERO));
    return reading
        .db()
        .select(budgetId, cost)
        .from(periods)
        .leftJoin(INTERACTION_DAILY_BY_OFFER_V1)
        .on(INTERACTION_DAILY_BY_OFFER_V1.TENANT_ID.eq(reading.tenantId()))
        .and(
            INTERACTION_DAILY_BY_OFFER_V1.OFFER_ID.eq(
                field(name("periods", "offer_id"), String.class)))
        .and(
            INTERACTION_DAILY_BY_OFFER_V1.DAY.ge(
                field(name("periods", "first_day"), LocalDate.class)))
        .and(
            INTERACTION_DAILY_BY_OFFER_V1.DAY.lt(
                field(name("periods", "end_day"), LocalDate.class)))
        .groupBy(budgetId)
        .fetchMap(budgetId, cost);
  }

  private static BudgetPeriods.Days days(BudgetRecord budget, LocalDate today) {
    BudgetPeriod period =
        BudgetPeriod.valueOf("BUDGET_PERIOD_" + budget.getPeriodType().toUpperCase(Locale.ROOT));
    return budget.getPeriodKey() == null
        ? BudgetPeriods.around(today, period)
        : BudgetPeriods.days(period, budget.getPeriodKey()).orElseThrow();
  }
}
