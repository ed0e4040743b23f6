package sextant.journeys.engine;

import static sextant.journeys.jooq.Tables.JOURNEY_VERSION;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import sextant.journeys.graph.Plan;
import sextant.journeys.graph.PlanReader;

/// Versions ready to be walked. They never change, so what was read once is kept.
public final class Plans {

  private static final int MOST = 2_000;

  private final Map<VersionKey, Plan> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<VersionKey, Plan> eldest) {
          return size() > MOST;
        }
      };

  public Map<VersionKey, Plan> load(DSLContext tx, Collection<VersionKey> keys) {
    Map<VersionKey, Plan> found = new HashMap<>();
    List<VersionKey> missing;
    synchronized (cache) {
      for (VersionKey key : keys) {
        Plan plan = cache.get(key);
        if (plan != null) {
          found.put(key, plan);
        }
      }
    }
    missing = keys.stream().filter(key -> !found.containsKey(key)).distinct().toList();
    if (!missing.isEmpty()) {
      Map<VersionKey, Plan> read = read(tx, missing);
      found.putAll(read);
      synchronized (cache) {
        cache.putAll(read);
      }
    }
    return found;
  }

  private static Map<VersionKey, Plan> read(DSLContext tx, List<VersionKey> keys) {
    Map<VersionKey, Plan> plans = new HashMap<>();
    tx.selectFrom(JOURNEY_VERSION)
        .where(
            DSL.row(JOURNEY_VERSION.TENANT_ID, JOURNEY_VERSION.JOURNEY_ID, JOURNEY_VERSION.VERSION)
                .in(
                    keys.stream()
                        .map(key -> DSL.row(key.tenantId(), key.journeyId(), key.version()))
                        .toList()))
        .forEach(
            row ->
                plans.put(
                    new VersionKey(row.getTenantId(), row.getJourneyId(), row.getVersion()),
                    PlanReader.read(
                            row.getDefinition(),
                            Optional.ofNullable(row.getEntryCondition()),
                            Optional.ofNullable(row.getExitRules()))
                        .plan()));
    return plans;
  }
}
