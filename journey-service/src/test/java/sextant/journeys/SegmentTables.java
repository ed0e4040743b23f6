package sextant.journeys;

import java.util.UUID;
import sextant.kit.testing.EmbeddedDatabase;

/// Views like those that the segment-service makes: one per segment in `segment_view`, of the rows
/// of the transaction's tenant.
final class SegmentTables {

  private final EmbeddedDatabase database;

  SegmentTables(EmbeddedDatabase database) {
    this.database = database;
    execute("create schema if not exists segment_view");
    execute("grant usage on schema segment_view to sextant_journeys");
  }

  /// Returns the id of a new segment with nobody in it.
  String create(Neighbours neighbours, String tenantId) {
    String id = UUID.randomUUID().toString();
    execute(
        "create table if not exists segment_view.member (segment text, tenant_id text, customer_id"
            + " text)");
    execute(
        """
        create view segment_view.%s as select customer_id from segment_view.member
        where segment = '%s' and tenant_id = current_setting('sextant.tenant', true)
        """
            .formatted(view(id), id));
    execute("grant select on segment_view." + view(id) + " to sextant_journeys");
    neighbours.addSegment(tenantId, id, view(id));
    return id;
  }

  void add(String segmentId, String tenantId, String... customerIds) {
    for (String customerId : customerIds) {
      execute(
          "insert into segment_view.member values ('%s', '%s', '%s')"
              .formatted(segmentId, tenantId, customerId));
    }
  }

  void remove(String segmentId, String tenantId, String customerId) {
    execute(
        "delete from segment_view.member where (segment, tenant_id, customer_id) = ('%s', '%s', '%s')"
            .formatted(segmentId, tenantId, customerId));
  }

  void drop(String segmentId) {
    execute("drop view segment_view." + view(segmentId));
  }

  private static String view(String segmentId) {
    return "seg_" + segmentId.replace("-", "").substring(0, 12);
  }

  private void execute(String sql) {
    database.asOwner(db -> db.execute(sql));
  }
}
