package sextant.metrics.interaction;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;
import sextant.metrics.jooq.tables.records.InteractionRecord;

/// Notes every type that is recorded, so that a metric can be told whether its source is one.
final class TypeDiscovery {

  private static final int MOST_REMEMBERED = 10_000;

  private static final String INSERT =
      """
      insert into metrics.interaction_type (tenant_id, type)
      select ?, unnest(?) on conflict do nothing returning type
      """;

  private record Known(String tenantId, String type) {}

  /// Types that are stored and committed; they are never deleted.
  private final Set<Known> known = ConcurrentHashMap.newKeySet();

  void record(DSLContext tx, String tenantId, List<InteractionRecord> arrived) {
    // Sorted, so that transactions insert in one order and never lock each other.
    Set<String> unknown = new TreeSet<>();
    for (InteractionRecord row : arrived) {
      if (!known.contains(new Known(tenantId, row.getType()))) {
        unknown.add(row.getType());
      }
    }
    if (unknown.isEmpty()) {
      return;
    }
    String[] types = unknown.toArray(String[]::new);
    Set<String> inserted =
        new HashSet<>(Arrays.asList(tx.fetch(INSERT, tenantId, types).intoArray(0, String.class)));
    if (known.size() > MOST_REMEMBERED) {
      known.clear();
    }
    // What this transaction inserts is remembered the next time, when it is sure to be committed.
    unknown.stream()
        .filter(type -> !inserted.contains(type))
        .forEach(type -> known.add(new Known(tenantId, type)));
  }
}
