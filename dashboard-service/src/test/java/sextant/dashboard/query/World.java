package sextant.dashboard.query;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import sextant.dashboard.v1.AlgorithmModel;
import sextant.dashboard.v1.Approval;
import sextant.dashboard.v1.AttributionResult;
import sextant.dashboard.v1.Budget;
import sextant.dashboard.v1.Category;
import sextant.dashboard.v1.Channel;
import sextant.dashboard.v1.Creative;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.Experiment;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.Suppression;
import sextant.dashboard.v1.Trigger;

/// Everything that a tenant has, as plain lists: what an oracle computes from.
final class World {

  /// An interaction. Ids, value and cost may be null.
  record Act(
      String customer,
      Instant at,
      String offer,
      String channel,
      boolean impression,
      boolean positive,
      boolean negative,
      boolean conversion,
      BigDecimal value,
      BigDecimal cost) {}

  /// A segment and who is in it. Without a view nobody can know.
  record Segment(String id, String name, String status, Set<String> customers, boolean hasView) {}

  final Instant now;
  final List<Offer> offers = new ArrayList<>();
  final List<Category> categories = new ArrayList<>();
  final List<Channel> channels = new ArrayList<>();
  final List<Creative> creatives = new ArrayList<>();
  final List<Experiment> experiments = new ArrayList<>();
  final List<Trigger> triggers = new ArrayList<>();
  final List<Approval> approvals = new ArrayList<>();
  final List<Budget> budgets = new ArrayList<>();
  final List<Suppression> suppressions = new ArrayList<>();
  final List<AttributionResult> attribution = new ArrayList<>();
  final List<AlgorithmModel> models = new ArrayList<>();
  final List<Act> acts = new ArrayList<>();
  final List<DecisionTrace> traces = new ArrayList<>();
  final List<Segment> segments = new ArrayList<>();
  long journeys;

  World(Instant now) {
    this.now = now;
  }
}
