package sextant.journeys.engine;

import static sextant.journeys.jooq.Tables.ENROLLMENT;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;
import sextant.kit.db.Ids;

/// Lets customers in. Whoever may not enter, by the re-entry rule of the journey, is left out; so
/// is everybody when the journey is not active.
public final class Entries {

  /// Somebody who wants in.
  public record Entry(String tenantId, UUID journeyId, String customerId) {
    JourneyKey journey() {
      return new JourneyKey(tenantId, journeyId);
    }
  }

  /// Two who enter the same journey at the same instant where re-entry is always allowed find the
  /// same number free; the slower one tries again.
  private static final int ATTEMPTS = 10;

  private Entries() {}

  /// Returns how many entered. Entries are numbered in the order given.
  public static int enroll(DSLContext tx, List<Entry> entries, Instant now) {
    if (entries.isEmpty()) {
      return 0;
    }
    Journeys.lock(tx, entries.stream().map(Entry::journey).distinct().sorted().toList());
    List<Entry> waiting = new ArrayList<>(entries);
    NodeCounts counts = new NodeCounts();
    int entered = 0;
    for (int attempt = 0; attempt < ATTEMPTS && !waiting.isEmpty(); attempt++) {
      List<Entry> always = new ArrayList<>();
      for (Record row : insert(tx, waiting, now)) {
        Entry entry = waiting.get(row.get("place", Integer.class) - 1);
        if (row.get("inserted", Boolean.class)) {
          counts.entered(entry.tenantId(), entry.journeyId(), row.get(ENROLLMENT.NODE_ID), 1);
          entered++;
        } else if (row.get("always", Boolean.class)) {
          always.add(entry);
        }
      }
      waiting = always;
    }
    counts.add(tx);
    return entered;
  }

  private static List<? extends Record> insert(DSLContext tx, List<Entry> entries, Instant now) {
    return tx.fetch(
        """
        with wanted as (
          select u.*, row_number() over (
              partition by u.tenant_id, u.customer_id, u.journey_id order by u.place) as nth
          from unnest(?, ?, ?, ?, ?) with ordinality
            as u (tenant_id, customer_id, journey_id, enrollment_id, bucket, place)
        ), admitted as (
          select w.*, j.version, v.entry_node, v.max_duration_days, j.re_entry = 'always' as always,
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
          returning enrollment_id
        )
        select a.place::int as place, a.entry_node as node_id, a.always,
               i.enrollment_id is not null as inserted
        from admitted a
        left join inserted i on i.enrollment_id = a.enrollment_id
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
