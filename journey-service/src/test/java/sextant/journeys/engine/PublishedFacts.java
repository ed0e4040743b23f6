package sextant.journeys.engine;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.SQLDataType;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Json;
import sextant.kit.testing.EmbeddedDatabase;

/// Customers with random facts, twice: as other services publish them in SQL, and as they tell them
/// when they are asked.
final class PublishedFacts {

  static final String TENANT = "oracle";
  static final String SEGMENT = "the-segment";

  static final List<Attribute> ATTRIBUTES =
      List.of(
          attribute("rows_1", "plan", "text"),
          attribute("rows_1", "age", "integer"),
          attribute("rows_1", "vip", "boolean"),
          attribute("rows_1", "born", "date"),
          attribute("rows_1", "doc", "json"),
          attribute("rows_2", "plan", "text"),
          attribute("rows_2", "rate", "decimal"),
          attribute("rows_2", "score", "float"),
          attribute("rows_2", "seen", "timestamp"));

  private static final List<String> PLANS =
      List.of("pro", "free", "PRO", "10", "10.0", "2024-01-01", "2024-01-01T00:00:00Z", "", "p%o");

  private final EmbeddedDatabase database;
  private final Map<String, Facts> told = new LinkedHashMap<>();

  PublishedFacts(EmbeddedDatabase database) {
    this.database = database;
    database.asOwner(
        db ->
            db.execute(
                """
                create schema if not exists segment_view;
                create schema metrics;
                create table segment_view.rows_1 ("customer.text" text primary key, plan text,
                  age integer, vip boolean, born date, doc json);
                create table segment_view.rows_2 ("customer.text" text primary key, plan text,
                  rate numeric, score float8, seen timestamptz);
                create table segment_view.members (customer_id text);
                create table metrics.metric_value_v1 (tenant_id text, customer_id text,
                  metric_name text, dimension_1 text, dimension_2 text, value numeric);
                """));
  }

  private static Attribute attribute(String view, String field, String type) {
    return new Attribute(field, type, name("segment_view", view));
  }

  Map<String, Facts> told() {
    return told;
  }

  Suspects suspects(Instant now) {
    SegmentView members =
        new SegmentView(
            table(name("segment_view", "members")),
            field(name("segment_view", "members", "customer_id"), SQLDataType.CLOB));
    return new Suspects(
        ATTRIBUTES, id -> id.equals(SEGMENT) ? Optional.of(members) : Optional.empty(), now);
  }

  /// Customers who are inside of a journey, and about whom something is known.
  void add(int customers, Random random) {
    database.asOwner(
        db -> {
          for (int number = 0; number < customers; number++) {
            String customer = "customer-" + number;
            told.put(customer, new Facts(add(db, random, customer)));
          }
          return told;
        });
  }

  private static Map<String, Object> add(DSLContext db, Random random, String customer) {
    Map<String, Object> facts = new LinkedHashMap<>();
    db.execute(
        """
        insert into journeys.enrollment
          (tenant_id, customer_id, journey_id, entry, enrollment_id, version, bucket, state,
           node_id, node_since, step_no, due_at, attempts, revision, entered_at, expires_at)
        values (?, ?, ?, 1, ?, 1, 0, 'active', 'in', now(), 0, 'infinity', 0, 0, now(), now())
        """,
        TENANT,
        customer,
        new UUID(0, 1),
        UUID.randomUUID());
    if (random.nextInt(8) > 0) {
      addFirst(db, random, customer, facts);
    }
    if (random.nextInt(8) > 0) {
      addSecond(db, random, customer, facts);
    }
    addOthers(db, random, customer, facts);
    facts.values().removeIf(Objects::isNull);
    return facts;
  }

  private static void addFirst(
      DSLContext db, Random random, String customer, Map<String, Object> facts) {
    String plan = perhaps(random, PLANS.get(random.nextInt(PLANS.size())));
    Integer age = perhaps(random, random.nextInt(-1, 4));
    Boolean vip = perhaps(random, random.nextBoolean());
    LocalDate born = perhaps(random, LocalDate.of(2024, 1, random.nextInt(1, 5)));
    String doc = perhaps(random, "{\"city\":\"%s\",\"n\":%d}".formatted(plan, random.nextInt(3)));
    db.execute(
        "insert into segment_view.rows_1 values (?, ?, ?::integer, ?::boolean, ?::date, ?::json)",
        customer,
        plan,
        age,
        vip,
        born,
        doc);
    facts.put("plan", plan);
    facts.put("age", age == null ? null : BigDecimal.valueOf(age));
    facts.put("vip", vip);
    facts.put("born", born == null ? null : born.toString());
    facts.put("doc", doc == null ? null : Json.object(doc));
  }

  private static void addSecond(
      DSLContext db, Random random, String customer, Map<String, Object> facts) {
    String plan = perhaps(random, PLANS.get(random.nextInt(PLANS.size())));
    BigDecimal rate = perhaps(random, BigDecimal.valueOf(random.nextInt(-3, 4), 1));
    Double score = perhaps(random, random.nextInt(-3, 4) / 10.0);
    Instant seen =
        perhaps(
            random,
            Instant.parse("2024-01-02T00:00:00Z")
                .plusNanos(random.nextInt(-1, 2) * (random.nextBoolean() ? 1_000L : 1_000_000L)));
    db.execute(
        "insert into segment_view.rows_2 values (?, ?, ?::numeric, ?::float8, ?::timestamptz)",
        customer,
        plan,
        rate,
        score,
        seen == null ? null : seen.toString());
    // The first table of a customer that has a field says what it is, even if that is nothing.
    if (!facts.containsKey("plan")) {
      facts.put("plan", plan);
    }
    facts.put("rate", rate);
    facts.put("score", score == null ? null : new BigDecimal(score.toString()));
    facts.put("seen", seen == null ? null : DateTimeFormatter.ISO_INSTANT.format(seen));
  }

  private static void addOthers(
      DSLContext db, Random random, String customer, Map<String, Object> facts) {
    BigDecimal orders = perhaps(random, BigDecimal.valueOf(random.nextInt(0, 40), 1));
    String value = "insert into metrics.metric_value_v1 values (?, ?, 'orders', ?, '', ?)";
    if (orders != null) {
      db.execute(value, TENANT, customer, "", orders);
      facts.put("metric.orders", orders);
    }
    // Values of a group are not the customer's, those of a namesake not this tenant's.
    db.execute(value, TENANT, customer, "email", 2);
    db.execute(value, "another", customer, "", 2);
    boolean inside = random.nextBoolean();
    facts.put("segment." + SEGMENT, inside);
    if (inside) {
      db.execute("insert into segment_view.members values (?)", customer);
    }
  }

  private static <T> T perhaps(Random random, T value) {
    return random.nextInt(6) == 0 ? null : value;
  }
}
