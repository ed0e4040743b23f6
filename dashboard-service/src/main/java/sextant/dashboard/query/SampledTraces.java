package sextant.dashboard.query;

import static java.util.Comparator.naturalOrder;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;
import static sextant.dashboard.jooq.dashboard.Tables.DECISION_TRACE;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.Record3;
import org.jooq.Table;

/// The traces of a sample, read once: finding the newest traces of a segment is most of the work,
/// and several statements look at them.
final class SampledTraces {

  private static final String NAME = "sample";

  private final Sample sample;
  private final List<Record3<String, UUID, Instant>> traces;

  private SampledTraces(Sample sample, List<Record3<String, UUID, Instant>> traces) {
    this.sample = sample;
    this.traces = traces;
  }

  static SampledTraces read(Sample sample) {
    return new SampledTraces(sample, sample.reading().db().fetch(sample.traces()));
  }

  int size() {
    return traces.size();
  }

  /// The facts of these traces.
  Counted of(Table<?> facts) {
    Table<?> keys =
        table(
                "unnest({0}, {1})",
                val(traces.stream().map(Record3::value1).toArray(String[]::new)),
                val(traces.stream().map(Record3::value2).toArray(UUID[]::new)))
            .as(NAME, "customer_id", "trace_key");
    return new Counted(
        select(facts.fields())
            .from(keys)
            .join(facts)
            .on(facts.field("tenant_id", String.class).eq(sample.reading().tenantId()))
            // Says nothing new, but keeps PostgreSQL from reading the facts of other times.
            .and(facts.field(DECISION_TRACE.CREATED_AT).between(first(), last()))
            .and(
                facts
                    .field(DECISION_TRACE.CUSTOMER_ID)
                    .eq(field(name(NAME, "customer_id"), String.class)))
            .and(
                facts
                    .field(DECISION_TRACE.TRACE_KEY)
                    .eq(field(name(NAME, "trace_key"), UUID.class)))
            .asTable(Counted.NAME));
  }

  private Instant first() {
    return times().min(naturalOrder()).orElse(sample.window().end());
  }

  private Instant last() {
    return times().max(naturalOrder()).orElse(sample.window().end());
  }

  private Stream<Instant> times() {
    return traces.stream().map(Record3::value3);
  }
}
