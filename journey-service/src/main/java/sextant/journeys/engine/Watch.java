package sextant.journeys.engine;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.journeys.graph.Plan;
import sextant.journeys.upstream.CustomerFacts;
import sextant.journeys.upstream.SegmentViews;
import sextant.journeys.upstream.UnavailableException;
import sextant.kit.db.Database;

/// Looks, again and again, at what nobody reports: who came into a segment or left it, who meets an
/// exit condition.
public final class Watch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Watch.class);

  /// Units in which replicas share the journeys.
  private static final int BUCKETS = 16;

  private final Database database;
  private final Plans plans;
  private final SegmentEntry entry;
  private final SegmentExit segmentExit;
  private final ConditionExit conditionExit;
  private final Leases leases;

  public Watch(
      Database database,
      Plans plans,
      SegmentViews views,
      CustomerFacts customers,
      InstantSource time) {
    this.database = database;
    this.plans = plans;
    this.entry = new SegmentEntry(database, views, customers, time);
    this.segmentExit = new SegmentExit(database, views, time);
    this.conditionExit = new ConditionExit(database, views, customers, time);
    this.leases = new Leases(database, "watch", BUCKETS);
  }

  /// One look at everything. Returns how many customers entered or have to leave.
  public int drain() {
    List<Short> buckets = leases.held();
    if (buckets.isEmpty()) {
      return 0;
    }
    int found = 0;
    for (Watched watched : database.acrossTenants(Watched::all)) {
      int bucket = Math.floorMod(watched.version().journeyId().hashCode(), BUCKETS);
      if (buckets.contains((short) bucket)) {
        found += look(watched);
      }
    }
    return found;
  }

  private int look(Watched watched) {
    Map<VersionKey, Plan> loaded =
        database.acrossTenants(tx -> plans.load(tx, List.of(watched.version())));
    Plan plan = loaded.get(watched.version());
    try {
      int found = 0;
      if (watched.entrySegment().isPresent()) {
        found += entry.look(watched.version(), watched.entrySegment().get(), plan.entry());
      }
      if (!watched.exitSegments().isEmpty()) {
        found += segmentExit.look(watched.version(), plan);
      }
      if (watched.hasExitConditions()) {
        found += conditionExit.look(watched.version(), plan);
      }
      return found;
    } catch (UnavailableException | DataAccessException failure) {
      // Also a view that fails on its rows: that must not keep other journeys from being watched.
      log.warn("journey {} goes unwatched: {}", watched.version(), failure.getMessage());
      return 0;
    }
  }

  @Override
  public void close() {
    leases.close();
  }
}
