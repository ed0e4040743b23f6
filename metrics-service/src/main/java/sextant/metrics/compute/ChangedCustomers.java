package sextant.metrics.compute;

import static org.jooq.impl.DSL.val;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.realtime.LiveMetrics;

/// Finds the customers whose value of a metric can have changed since it was last computed: those
/// with an arrival, be it an interaction, a correction or a retraction, and those with an
/// interaction that left the window or whose time has come.
final class ChangedCustomers {

  /// Above this, computing all customers is cheaper.
  private static final int MOST = 50_000;

  /// Ids carry the clock of the replica that made them; by as much may clocks differ.
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private static final String SINCE =
      """
      select customer_id from (
        select customer_id from metrics.interaction
        where tenant_id = {0} and interaction_id >= {1}
        union
        select customer_id from metrics.retraction
        where tenant_id = {0} and retraction_id >= {1}
        union
        select customer_id from metrics.interaction
        where tenant_id = {0} and occurred_at > {2} and occurred_at <= {3}
        union
        select customer_id from metrics.interaction
        where tenant_id = {0} and occurred_at >= {2} - {4} * interval '24 hours'
          and occurred_at < {3} - {4} * interval '24 hours'
      ) as changed
      limit {5}
      """;

  private ChangedCustomers() {}

  /// An id such that a statement started after this call sees every interaction with a lower id:
  /// writers get their ids while they hold the tenant's lock, and all have let go of it here.
  static UUID arrivalsSeenFromNow(Database database, String tenantId) {
    return database.inTenant(
        tenantId,
        tx -> {
          LiveMetrics.enterAlone(tx, tenantId);
          return Ids.next();
        });
  }

  /// Empty: all may have changed, or too many to be worth looking at one by one.
  static Optional<String[]> since(DSLContext tx, MetricRecord metric, Instant now) {
    if (metric.getArrivalsSeen() == null || metric.getLastComputedAt() == null) {
      return Optional.empty();
    }
    String[] changed =
        tx.fetch(
                SINCE,
                val(metric.getTenantId()),
                val(before(metric.getArrivalsSeen())),
                val(metric.getLastComputedAt()),
                val(now),
                // Without a window nothing leaves it: null makes both comparisons unknown.
                val(metric.getWindowDays(), Integer.class),
                val(MOST + 1))
            .intoArray(0, String.class);
    return changed.length > MOST ? Optional.empty() : Optional.of(changed);
  }

  /// The lowest id of CLOCK_SKEW earlier.
  private static UUID before(UUID id) {
    long millis = (id.getMostSignificantBits() >>> 16) - CLOCK_SKEW.toMillis();
    return new UUID(millis << 16, 0);
  }
}
