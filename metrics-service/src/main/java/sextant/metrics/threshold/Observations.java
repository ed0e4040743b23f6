package sextant.metrics.threshold;

import static java.util.stream.Collectors.toCollection;
import static sextant.metrics.jooq.Tables.DEFINITION_VALUE;
import static sextant.metrics.jooq.Tables.DEFINITION_VARIANT;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import sextant.kit.db.Database;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.DefinitionValueRecord;
import sextant.metrics.threshold.NewObservations.Fitting;
import sextant.metrics.v1.Observation;
import sextant.metrics.v1.RecordedObservations;

/// Records observations and evaluates the thresholds on them, in one transaction. While nothing
/// watches a definition its callers do not wait for each other.
final class Observations {

  /// Somebody began to watch the definition between the first look and the lock.
  private static final class NowWatched extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NowWatched() {
      super("the definition is watched now", null, false, false);
    }
  }

  private record Key(String subjectId, String valueId) {
    static Key of(Change change) {
      return new Key(change.subjectId(), change.valueId());
    }
  }

  private final Database database;

  Observations(Database database) {
    this.database = database;
  }

  RecordedObservations record(
      String tenantId, String idOrSlug, List<Observation> observations, Instant now) {
    while (true) {
      try {
        return database.inTenant(tenantId, tx -> record(tx, tenantId, idOrSlug, observations, now));
      } catch (NowWatched startOver) {
        // A definition is watched for good, so the next attempt is the last.
      }
    }
  }

  private static RecordedObservations record(
      DSLContext tx,
      String tenantId,
      String idOrSlug,
      List<Observation> observations,
      Instant now) {
    DefinitionRecord definition = enter(tx, tenantId, idOrSlug);
    List<Fitting> fitting =
        NewObservations.of(definition, variants(tx, definition), observations, now);
    List<Fitting> fresh = withoutKnown(tx, definition, observations, fitting);
    List<DefinitionValueRecord> rows =
        fresh.stream()
            .map(each -> SourceValues.row(definition, each.change(), each.measuredAt()))
            .toList();
    int accepted = SourceValues.insert(tx, rows);
    if (definition.getWatched() && accepted > 0) {
      Evaluation evaluation = Evaluation.of(tx, definition, now);
      evaluation.apply(definition, fresh.stream().map(Fitting::change).toList());
      evaluation.conclude(definition);
      evaluation.save();
    }
    return RecordedObservations.newBuilder()
        .setAccepted(accepted)
        .setDuplicates(observations.size() - accepted)
        .build();
  }

  private static DefinitionRecord enter(DSLContext tx, String tenantId, String idOrSlug) {
    DefinitionRecord found = DefinitionStore.find(tx, tenantId, idOrSlug);
    if (!found.getCalculation().equals("observed")) {
      throw DefinitionStore.wrongKind(found, "is not an observed one; its values are computed");
    }
    if (found.getWatched()) {
      DefinitionStore.enterAlone(tx, found.getRootId());
    } else {
      DefinitionStore.enter(tx, found.getRootId());
    }
    DefinitionRecord entered = DefinitionStore.find(tx, tenantId, idOrSlug);
    if (entered.getWatched() && !found.getWatched()) {
      throw new NowWatched();
    }
    return entered;
  }

  private static Set<UUID> variants(DSLContext tx, DefinitionRecord definition) {
    return tx.select(DEFINITION_VARIANT.VARIANT_ID)
        .from(DEFINITION_VARIANT)
        .where(DEFINITION_VARIANT.TENANT_ID.eq(definition.getTenantId()))
        .and(DEFINITION_VARIANT.DEFINITION_ID.eq(definition.getDefinitionId()))
        .fetchSet(DEFINITION_VARIANT.VARIANT_ID);
  }

  /// Of observations with one key the first stays, and none that is stored already.
  private static List<Fitting> withoutKnown(
      DSLContext tx,
      DefinitionRecord definition,
      List<Observation> observations,
      List<Fitting> fitting) {
    List<Change> named = new ArrayList<>();
    for (int index = 0; index < observations.size(); index++) {
      if (observations.get(index).hasId()) {
        named.add(fitting.get(index).change());
      }
    }
    Set<Key> known = named.isEmpty() ? new HashSet<>() : stored(tx, definition, named);
    return fitting.stream().filter(each -> known.add(Key.of(each.change()))).toList();
  }

  private static Set<Key> stored(DSLContext tx, DefinitionRecord definition, List<Change> changes) {
    return tx
        .select(DEFINITION_VALUE.SUBJECT_ID, DEFINITION_VALUE.VALUE_ID)
        .from(DEFINITION_VALUE)
        .where(DEFINITION_VALUE.TENANT_ID.eq(definition.getTenantId()))
        .and(DEFINITION_VALUE.DEFINITION_ID.eq(definition.getDefinitionId()))
        .and(
            DSL.condition(
                "({0}, {1}) in (select * from unnest({2}, {3}))",
                DEFINITION_VALUE.SUBJECT_ID,
                DEFINITION_VALUE.VALUE_ID,
                DSL.val(changes.stream().map(Change::subjectId).toArray(String[]::new)),
                DSL.val(changes.stream().map(Change::valueId).toArray(String[]::new))))
        .fetch()
        .stream()
        .map(row -> new Key(row.value1(), row.value2()))
        .collect(toCollection(HashSet::new));
  }
}
