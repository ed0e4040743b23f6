package sextant.journeys.engine;

import static sextant.journeys.jooq.Tables.ENROLLMENT;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;
import sextant.kit.db.Ids;
import sextant.kit.db.Lookups;

/// Lets customers in. Whoever may not enter, by the re-entry rule of the journey, is left out; so
/// is everybody when the journey is not active.
public final class Entries {

  /// Somebody who wants in.
  public record Entry(String tenantId, UUID journeyId, String customerId) {
    JourneyKey journey() {
      return new JourneyKey(tenantId, journeyId);
    }
  }

  private Entries() {}

  /// Keeps the journeys as they are and, where re-entry is always allowed, keeps others from
  /// entering at the same time: the number of an entry has to be found and taken in one go.
  ///
  /// Comes before anything else in a transaction, as everywhere journeys are locked first.
  static void lock(DSLContext tx, List<Entry> entries) {
    List<JourneyKey> journeys = entries.stream().map(Entry::journey).distinct().sorted().toList();
    Journeys.lock(tx, journeys);
    tx.fetch(
        """
        select pg_advisory_xact_lock(hashtextextended(journey, 0))
        from (
          select j.tenant_id || '/' || j.journey_id as journey
          from journeys.journey j
          join unnest(?, ?) as u (tenant_id, journey_id)
            on u.tenant_id = j.tenant_id and u.journey_id = j.journey_id
          where j.re_entry = 'always'
          order by 1
        ) as always
        """,
        Columns.text(journeys, JourneyKey::tenantId),
        Columns.of(journeys, JourneyKey::journeyId, UUID[]::new));
  }

  /// Returns how many entered. Entries are numbered in the order given.
  public static int enroll(DSLContext tx, List<Entry> entries, Instant now) {
    if (entries.isEmpty()) {
      return 0;
    }
    Lookups.byKey(tx);
    lock(tx, entries);
    NodeCounts counts = new NodeCounts();
    int entered = 0;
    for (Record row : insert(tx, entries, now)) {
      int customers = row.get("customers", Integer.class);
      counts.entered(
          row.get(ENROLLMENT.TENANT_ID),
          row.get(ENROLLMENT.JOURNEY_ID),
          row.get(ENROLLMENT.NODE_ID),
          customers);
      entered += customers;
    }
    counts.add(tx);
    return entered;
  }

  /// Returns how many customers came in at which node. Nothing is joined with what was inserted:
  /// held to indexes, the planner would compare every row with every other.
  private static List<? extends Record> insert(DSLContext tx, List<Entry> entries, Instant now) {
    return tx.fetch(
        """
        with wanted as (
          select u.*, row_number() over (
              partition by u.tenant_id, u.customer_id, u.journey_id order by u.place) as nth
          from unnest(?, ?, ?, ?, ?) with ordinality
            as u (tenant_id, customer_id, journey_id, enrollment_id, bucket, place)
        ), admitted as (
          select w.*, j.version, v.entry_node, v.max_duration_days,
                 coalesce(last.entry, 0) + w.nth as entry
          from wanted w
          join journeys.journey j
            on j.tenant_id = w.tenant_id and j.journey_id = w.journey_id and j.status = 'active'
          join journeys.journey_version v
            on v.tenant_id = j.tenant_id and v.journey_id = j.journey_id and v.version = j.version
          left join lateral (
            select e.entry, e.state from journeys.enrollment e
            where e.tenant_id = w.tenant_id and e.customer_id = w.customer_id
              and e.journey_id = w.journey_id
            order by e.entry desc
            limit 1
          ) as last on true
          where case j.re_entry
              when 'never' then last.entry is null and w.nth = 1
              when 'after_exit' then last.state is distinct from 'active' and w.nth = 1
              else true
            end
        ), inserted as (
          insert into journeys.enrollment
            (tenant_id, customer_id, journey_id, entry, enrollment_id, version, bucket, state,
             node_id, node_since, step_no, due_at, attempts, revision, entered_at, expires_at)
          select tenant_id, customer_id, journey_id, entry, enrollment_id, version, bucket, 'active',
                 entry_node, ?::timestamptz, 0, ?::timestamptz, 0, 0, ?::timestamptz,
                 ?::timestamptz + max_duration_days * interval '24 hours'
          from admitted
          -- In the order in which everybody locks.
          order by tenant_id, customer_id, journey_id, entry
          on conflict do nothing
          returning tenant_id, journey_id, node_id
        )
        select tenant_id, journey_id, node_id, count(*)::int as customers
        from inserted
        group by tenant_id, journey_id, node_id
        """,
        Columns.text(entries, Entry::tenantId),
        Columns.text(entries, Entry::customerId),
        Columns.of(entries, Entry::journeyId, UUID[]::new),
        Columns.of(entries, _ -> Ids.next(), UUID[]::new),
        Columns.of(entries, entry -> bucket(entry.customerId()), Short[]::new),
        now.toString(),
        now.toString(),
        now.toString(),
        now.toString());
  }

  /// Spread as evenly as hash codes of texts are not.
  private static Short bucket(String customerId) {
    int mixed = customerId.hashCode() * 0x9E3779B9;
    return (short) ((mixed >>> 16) % Runner.BUCKETS);
  }
}
