package sextant.metrics.threshold;

import static java.util.stream.Collectors.toMap;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.val;
import static sextant.metrics.jooq.Tables.CHANGED_VALUE;
import static sextant.metrics.jooq.Tables.DEFINITION_VALUE;
import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record2;
import sextant.kit.db.Database;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.DefinitionValueRecord;

/// Evaluates the thresholds on behavioral metrics after their values changed. Which customers' did
/// is noted in the transaction that changes them, and the notes are taken away in the transaction
/// that evaluates; so nothing is lost and nothing is evaluated twice, whoever dies in between.
public final class BehavioralEvaluation {

  /// Customers per transaction.
  private static final int CHUNK = 2_000;

  private static final String NOTE_ALL =
      """
      insert into metrics.changed_value as stored (tenant_id, customer_id, metric_id, revision)
      select {0}, customer_id, {1}, 1 from (
        select customer_id from metrics.metric_value where tenant_id = {0} and metric_id = {1} and epoch = {2}
        union
        select subject_id from metrics.definition_value where tenant_id = {0} and definition_id = {1}
      ) as every
      order by customer_id
      on conflict on constraint changed_value_pk do update set revision = stored.revision + 1
      """;

  /// Locks the notes in the order in which writers lock them.
  private static final String TAKE =
      """
      with taken as (
        select customer_id from metrics.changed_value
        where tenant_id = {0} and metric_id = {1}
        order by customer_id limit {2} for update
      )
      delete from metrics.changed_value as note using taken
      where note.tenant_id = {0} and note.metric_id = {1} and note.customer_id = taken.customer_id
      returning note.customer_id
      """;

  /// A value by whose it is: the customer, and the dimensions of a grouped metric.
  private record Key(String customerId, String valueId) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byCustomer = customerId.compareTo(other.customerId);
      return byCustomer != 0 ? byCustomer : valueId.compareTo(other.valueId);
    }
  }

  private final Database database;
  private final InstantSource time;

  public BehavioralEvaluation(Database database, InstantSource time) {
    this.database = database;
    this.time = time;
  }

  /// Evaluates some changes of every metric that has any; returns how many.
  public int drain() {
    int evaluated = 0;
    for (var metric : metrics(METRIC.EVALUATED_EPOCH.isDistinctFrom(METRIC.EPOCH))) {
      evaluated += noteAll(metric.value1(), metric.value2());
    }
    Condition changed =
        exists(
            selectOne()
                .from(CHANGED_VALUE)
                .where(CHANGED_VALUE.TENANT_ID.eq(METRIC.TENANT_ID))
                .and(CHANGED_VALUE.METRIC_ID.eq(METRIC.METRIC_ID)));
    for (var metric : metrics(changed)) {
      evaluated += evaluate(metric.value1(), metric.value2());
    }
    return evaluated;
  }

  private List<Record2<String, UUID>> metrics(Condition which) {
    return database.acrossTenants(
        tx ->
            tx.select(METRIC.TENANT_ID, METRIC.METRIC_ID)
                .from(METRIC)
                .where(METRIC.WATCHED.isTrue())
                .and(which)
                .fetch());
  }

  /// Notes every customer when another set of values is shown.
  private int noteAll(String tenantId, UUID metricId) {
    return database.inTenant(
        tenantId,
        tx -> {
          Condition thisMetric = METRIC.TENANT_ID.eq(tenantId).and(METRIC.METRIC_ID.eq(metricId));
          Integer epoch =
              tx.select(METRIC.EPOCH)
                  .from(METRIC)
                  .where(thisMetric)
                  .and(METRIC.EVALUATED_EPOCH.isDistinctFrom(METRIC.EPOCH))
                  .fetchOne(METRIC.EPOCH);
          if (epoch == null || !DefinitionStore.tryEnterAlone(tx, metricId)) {
            return 0;
          }
          tx.query(NOTE_ALL, val(tenantId), val(metricId), val(epoch)).execute();
          return tx.update(METRIC).set(METRIC.EVALUATED_EPOCH, epoch).where(thisMetric).execute();
        });
  }

  private int evaluate(String tenantId, UUID metricId) {
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    return database.inTenant(
        tenantId,
        tx -> {
          if (!DefinitionStore.tryEnterAlone(tx, metricId)) {
            return 0;
          }
          DefinitionRecord root = DefinitionStore.find(tx, tenantId, metricId).orElse(null);
          String[] customers =
              tx.fetch(TAKE, val(tenantId), val(metricId), val(CHUNK)).intoArray(0, String.class);
          if (root == null || customers.length == 0) {
            return 0;
          }
          List<Change> changes = takeIn(tx, root, customers, now);
          Evaluation evaluation = Evaluation.of(tx, root, now);
          evaluation.apply(root, changes);
          if (!tx.fetchExists(
              CHANGED_VALUE,
              CHANGED_VALUE.TENANT_ID.eq(tenantId).and(CHANGED_VALUE.METRIC_ID.eq(metricId)))) {
            evaluation.conclude(root);
          }
          evaluation.save();
          return customers.length;
        });
  }

  /// Brings the values as last evaluated up to date; what changed.
  private static List<Change> takeIn(
      DSLContext tx, DefinitionRecord root, String[] customers, Instant now) {
    Map<Key, String> fresh = shown(tx, root, customers);
    Map<Key, String> known = known(tx, root, customers);
    List<Change> changes = new ArrayList<>();
    Stream.concat(fresh.keySet().stream(), known.keySet().stream())
        .distinct()
        .sorted()
        .filter(key -> !Objects.equals(fresh.get(key), known.get(key)))
        .forEach(key -> changes.add(change(root, key, known.get(key), fresh.get(key))));
    List<DefinitionValueRecord> written = new ArrayList<>();
    List<DefinitionValueRecord> gone = new ArrayList<>();
    for (Change change : changes) {
      (change.after() == null ? gone : written).add(SourceValues.row(root, change, now));
    }
    SourceValues.replace(tx, written);
    SourceValues.delete(tx, gone);
    return changes;
  }

  private static Change change(DefinitionRecord root, Key key, String before, String after) {
    return new Change(
        key.customerId(), key.valueId(), root.getVariantId(), null, "call", before, after);
  }

  /// The values of the set that is shown at this very moment.
  private static Map<Key, String> shown(DSLContext tx, DefinitionRecord root, String[] customers) {
    Map<Key, String> values = new TreeMap<>();
    tx.select(
            METRIC_VALUE.CUSTOMER_ID,
            METRIC_VALUE.DIMENSION_1,
            METRIC_VALUE.DIMENSION_2,
            METRIC_VALUE.VALUE,
            METRIC.GROUP_BY_DIMENSIONS)
        .from(METRIC)
        .join(METRIC_VALUE)
        .on(METRIC_VALUE.TENANT_ID.eq(METRIC.TENANT_ID))
        .and(METRIC_VALUE.METRIC_ID.eq(METRIC.METRIC_ID))
        .and(METRIC_VALUE.EPOCH.eq(METRIC.EPOCH))
        .where(METRIC.TENANT_ID.eq(root.getTenantId()))
        .and(METRIC.METRIC_ID.eq(root.getDefinitionId()))
        .and(METRIC_VALUE.CUSTOMER_ID.eq(any(customers)))
        .forEach(
            row ->
                values.put(
                    new Key(row.value1(), valueId(row.value5().length, row.value2(), row.value3())),
                    Scalar.json(row.value4())));
    return values;
  }

  /// Dimensions joined by `|`; a bar or backslash within one is escaped, so that no two are alike.
  static String valueId(int dimensions, String first, String second) {
    return switch (dimensions) {
      case 0 -> "";
      case 1 -> escape(first);
      default -> escape(first) + '|' + escape(second);
    };
  }

  private static String escape(String dimension) {
    return dimension.replace("\\", "\\\\").replace("|", "\\|");
  }

  private static Map<Key, String> known(DSLContext tx, DefinitionRecord root, String[] customers) {
    return tx
        .selectFrom(DEFINITION_VALUE)
        .where(DEFINITION_VALUE.TENANT_ID.eq(root.getTenantId()))
        .and(DEFINITION_VALUE.SUBJECT_ID.eq(any(customers)))
        .and(DEFINITION_VALUE.DEFINITION_ID.eq(root.getDefinitionId()))
        .fetch()
        .stream()
        .collect(
            toMap(
                row -> new Key(row.getSubjectId(), row.getValueId()),
                DefinitionValueRecord::getValue));
  }
}
