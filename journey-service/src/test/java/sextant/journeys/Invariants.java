package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sextant.kit.testing.EmbeddedDatabase;

/// What must hold of the rows at any time, whatever happened: asked in SQL of the tables alone.
final class Invariants {

  /// Queries that return a row for each violation.
  private static final Map<String, String> QUERIES = new LinkedHashMap<>();

  static {
    QUERIES.put(
        "entries = active + completed + exited, counted and stored",
        """
        with stored as (
          select tenant_id, journey_id, count(*) as entries,
                 count(*) filter (where state = 'completed') as completed,
                 count(*) filter (where state = 'exited') as exited
          from journeys.enrollment group by 1, 2
        ), counted as (
          select tenant_id, journey_id, sum(entered) as entries, sum(completed) as completed,
                 sum(dropped) as exited
          from journeys.node_count group by 1, 2
        )
        select * from stored full join counted using (tenant_id, journey_id)
        where (stored.entries, stored.completed, stored.exited)
            is distinct from (counted.entries, counted.completed, counted.exited)
        """);
    QUERIES.put(
        "one step per number, without a gap, and none beyond the enrollment's",
        """
        select e.enrollment_id, e.step_no, s.steps, s.last
        from journeys.enrollment e
        left join (
          select tenant_id, customer_id, enrollment_id, count(*) as steps, max(step_no) as last
          from journeys.step group by 1, 2, 3
        ) s using (tenant_id, customer_id, enrollment_id)
        where (e.step_no, e.step_no) is distinct from (coalesce(s.steps, 0), coalesce(s.last, 0))
        """);
    QUERIES.put(
        "one open step per active enrollment, none when it is over",
        """
        select * from journeys.enrollment
        where (state = 'active') <> (due_at is not null and ended_at is null and end_reason is null)
        """);
    QUERIES.put(
        "reached = nodes left behind + nodes where somebody is",
        """
        with came as (
          select journey_id, node_id, count(*) as reached
          from (
            select e.journey_id, s.node_id
            from journeys.step s
            join journeys.enrollment e using (tenant_id, customer_id, enrollment_id)
            union all
            select journey_id, node_id from journeys.enrollment where state = 'active'
          ) all_visits group by 1, 2
        ), counted as (
          select journey_id, node_id, sum(reached) as reached
          from journeys.node_count group by 1, 2
        )
        select * from came full join counted using (journey_id, node_id)
        where came.reached is distinct from counted.reached
        """);
    QUERIES.put(
        "one delivery per enrollment, node and visit",
        """
        select s.enrollment_id, s.step_no, d.delivery_id
        from (select * from journeys.step where decision like 'send via %') s
        full join journeys.delivery d using (tenant_id, customer_id, enrollment_id, step_no)
        where s.node_id is distinct from d.node_id
        """);
    QUERIES.put(
        "no key twice", "select delivery_id from journeys.delivery group by 1 having count(*) > 1");
    QUERIES.put(
        "one active enrollment per customer and journey, unless re-entry is always allowed",
        """
        select tenant_id, customer_id, journey_id
        from journeys.enrollment join journeys.journey using (tenant_id, journey_id)
        where state = 'active' and re_entry <> 'always'
        group by 1, 2, 3 having count(*) > 1
        """);
  }

  private Invariants() {}

  static void check(EmbeddedDatabase database) {
    database.asOwner(
        db -> {
          // Nobody has analyzed these tables: everybody would be compared with everybody.
          db.execute("set enable_nestloop = off");
          QUERIES.forEach(
              (name, sql) -> assertThat((List<?>) db.fetch(sql).intoMaps()).as(name).isEmpty());
          return db;
        });
  }
}
