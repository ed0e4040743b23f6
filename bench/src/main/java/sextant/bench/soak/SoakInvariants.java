package sextant.bench.soak;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What must hold of the rows after whatever happened, asked in SQL of the tables alone.
final class SoakInvariants {

  /// Queries that return a row for each violation.
  private static final Map<String, String> QUERIES = new LinkedHashMap<>();

  static {
    QUERIES.put(
        "entries = active + completed + exited, stored and counted",
        """
        select * from (
          select journey_id, count(*) as entries,
                 count(*) filter (where state = 'active') as active,
                 count(*) filter (where state = 'completed') as completed,
                 count(*) filter (where state = 'exited') as exited
          from journeys.enrollment group by 1
        ) stored full join (
          select journey_id, sum(entered) as entries,
                 sum(entered) - sum(completed) - sum(dropped) as active,
                 sum(completed) as completed, sum(dropped) as exited
          from journeys.node_count group by 1
        ) counted using (journey_id)
        where (stored.entries, stored.active, stored.completed, stored.exited)
            is distinct from (counted.entries, counted.active, counted.completed, counted.exited)
           or stored.entries <> stored.active + stored.completed + stored.exited
        """);
    QUERIES.put(
        "one enrollment per customer and journey",
        """
        select customer_id from journeys.enrollment group by tenant_id, customer_id, journey_id
        having count(*) > 1
        """);
    QUERIES.put(
        "one open step while active, none when over",
        """
        select * from journeys.enrollment
        where (state = 'active') <> (ended_at is null and end_reason is null)
        """);
    QUERIES.put(
        "history without gap or repetition",
        """
        select e.enrollment_id from journeys.enrollment e
        left join (
          select enrollment_id, count(*) as steps, min(step_no) as first, max(step_no) as last
          from journeys.step group by 1
        ) s using (enrollment_id)
        where (e.step_no, e.step_no) is distinct from (coalesce(s.steps, 0), coalesce(s.last, 0))
        """);
    QUERIES.put(
        "one delivery per enrollment, node and visit",
        """
        select s.enrollment_id, s.step_no from (
          select * from journeys.step where decision like 'send via %'
        ) s
        full join journeys.delivery d using (tenant_id, customer_id, enrollment_id, step_no)
        where s.node_id is distinct from d.node_id
        """);
    QUERIES.put(
        "no key twice", "select delivery_id from journeys.delivery group by 1 having count(*) > 1");
  }

  private SoakInvariants() {}

  /// The violated ones, each with how often; empty: all hold.
  static List<String> violations(Connection owner) throws SQLException {
    List<String> violations = new ArrayList<>();
    try (Statement statement = owner.createStatement()) {
      // A crash loses statistics; without them everybody would be compared with everybody.
      statement.execute("set enable_nestloop = off; set work_mem = '256MB'");
    }
    for (Map.Entry<String, String> query : QUERIES.entrySet()) {
      long rows = count(owner, query.getValue());
      if (rows > 0) {
        violations.add(query.getKey() + ": " + rows + " violations");
      }
    }
    return violations;
  }

  static long count(Connection owner, String query) throws SQLException {
    try (Statement statement = owner.createStatement();
        ResultSet result = statement.executeQuery("select count(*) from (" + query + ") as rows")) {
      result.next();
      return result.getLong(1);
    }
  }
}
