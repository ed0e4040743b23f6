package sextant.journeys.engine;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jooq.DSLContext;

/// What happened at the nodes, counted along with it: collected for a batch, then added in its
/// transaction. Writers pick one of several shards, so that they seldom wait for each other.
final class NodeCounts {

  private static final int SHARDS = 16;

  private record Node(String tenantId, UUID journeyId, String nodeId) implements Comparable<Node> {
    @Override
    public int compareTo(Node other) {
      int order = tenantId.compareTo(other.tenantId);
      order = order != 0 ? order : journeyId.compareTo(other.journeyId);
      return order != 0 ? order : nodeId.compareTo(other.nodeId);
    }
  }

  private static final class Count {
    String type = "";
    long entered;
    long reached;
    long completed;
    long dropped;
  }

  // Sorted, because all writers must lock rows in the same order.
  private final Map<Node, Count> counts = new TreeMap<>();

  void entered(String tenantId, UUID journeyId, String nodeId, long customers) {
    Count count = at(tenantId, journeyId, nodeId);
    count.type = "entry_trigger";
    count.entered += customers;
    count.reached += customers;
  }

  void moved(Move move) {
    String tenantId = move.from().key().tenantId();
    UUID journeyId = move.from().key().journeyId();
    for (String nodeId : move.reached()) {
      Count count = at(tenantId, journeyId, nodeId);
      count.type = move.plan().graph().typeOf(nodeId);
      count.reached++;
    }
    if (move.isOver()) {
      Count count = at(tenantId, journeyId, move.to().nodeId());
      count.type = move.plan().graph().typeOf(move.to().nodeId());
      if (move.status().equals("completed")) {
        count.completed++;
      } else {
        count.dropped++;
      }
    }
  }

  private Count at(String tenantId, UUID journeyId, String nodeId) {
    return counts.computeIfAbsent(new Node(tenantId, journeyId, nodeId), _ -> new Count());
  }

  void add(DSLContext tx) {
    if (counts.isEmpty()) {
      return;
    }
    List<Map.Entry<Node, Count>> rows = List.copyOf(counts.entrySet());
    tx.query(
            """
            insert into journeys.node_count as old
              (tenant_id, journey_id, node_id, shard, node_type, entered, reached, completed, dropped)
            select tenant_id, journey_id, node_id, ?, node_type, entered, reached, completed, dropped
            from unnest(?, ?, ?, ?, ?, ?, ?, ?)
              as new (tenant_id, journey_id, node_id, node_type, entered, reached, completed, dropped)
            on conflict (tenant_id, journey_id, node_id, shard) do update set
              entered = old.entered + excluded.entered,
              reached = old.reached + excluded.reached,
              completed = old.completed + excluded.completed,
              dropped = old.dropped + excluded.dropped
            """,
            (short) ThreadLocalRandom.current().nextInt(SHARDS),
            Columns.text(rows, row -> row.getKey().tenantId()),
            Columns.of(rows, row -> row.getKey().journeyId(), UUID[]::new),
            Columns.text(rows, row -> row.getKey().nodeId()),
            Columns.text(rows, row -> row.getValue().type),
            Columns.of(rows, row -> row.getValue().entered, Long[]::new),
            Columns.of(rows, row -> row.getValue().reached, Long[]::new),
            Columns.of(rows, row -> row.getValue().completed, Long[]::new),
            Columns.of(rows, row -> row.getValue().dropped, Long[]::new))
        .execute();
  }
}
