package sextant.metrics.interaction;

import static sextant.metrics.jooq.Tables.INTERACTION;
import static sextant.metrics.jooq.Tables.RETRACTION;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.realtime.LiveMetrics;
import sextant.metrics.v1.CorrectInteractionRequest;

/// Replaces interactions by corrected ones and takes them back, together with everything that was
/// counted from them. The facts themselves stay: the old row is only marked as superseded.
final class Corrections {

  private final Database database;

  Corrections(Database database) {
    this.database = database;
  }

  /// The row that counts from now on.
  InteractionRecord correct(String tenantId, CorrectInteractionRequest request, Instant now) {
    List<Violation> violations = new ArrayList<>();
    InteractionRecord changes = changes(request, new Faults("", now, violations));
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
    return database.inTenant(
        tenantId,
        tx -> {
          LiveMetrics live = LiveMetrics.enter(tx, tenantId);
          InteractionRecord current = current(tx, tenantId, request.getId());
          if (current.getSupersededAt() != null) {
            throw ApiException.of(
                ErrorReason.ERROR_REASON_WRONG_STATE,
                "interaction " + request.getId() + " was retracted",
                Map.of("resource", "interaction", "id", request.getId(), "state", "retracted"));
          }
          InteractionRecord corrected = corrected(current, changes, now);
          tx.insertInto(INTERACTION).set(corrected).execute();
          live.replace(current, corrected);
          supersede(tx, current, now);
          DailyRollup rollup = new DailyRollup();
          rollup.subtract(current);
          rollup.add(corrected);
          rollup.save(tx, tenantId);
          return corrected;
        });
  }

  /// The row that counts no more; it may have been retracted before.
  InteractionRecord retract(String tenantId, String id, String reason, Instant now) {
    return database.inTenant(
        tenantId,
        tx -> {
          LiveMetrics live = LiveMetrics.enter(tx, tenantId);
          InteractionRecord current = current(tx, tenantId, id);
          if (current.getSupersededAt() == null) {
            live.subtract(current);
            supersede(tx, current, now);
            tx.insertInto(RETRACTION)
                .values(
                    tenantId,
                    current.getCustomerId(),
                    current.getInteractionId(),
                    Ids.next(),
                    reason,
                    now)
                .execute();
            DailyRollup rollup = new DailyRollup();
            rollup.subtract(current);
            rollup.save(tx, tenantId);
          }
          return current;
        });
  }

  private static InteractionRecord changes(CorrectInteractionRequest request, Faults faults) {
    InteractionRecord changes = new InteractionRecord();
    if (request.hasValue()) {
      changes.setValue(faults.decimal("value", request.getValue()));
    }
    if (request.hasCost()) {
      changes.setCost(faults.decimal("cost", request.getCost()));
    }
    if (request.hasTimestamp()) {
      changes.setOccurredAt(faults.instant("timestamp", request.getTimestamp()));
    }
    if (request.hasOfferId()) {
      changes.setOfferId(request.getOfferId());
    }
    if (request.hasCreativeId()) {
      changes.setCreativeId(request.getCreativeId());
    }
    if (request.hasChannelId()) {
      changes.setChannelId(request.getChannelId());
    }
    if (request.hasProperties()) {
      changes.setProperties(faults.jsonObject("properties", request.getProperties()));
    }
    return changes;
  }

  private static InteractionRecord corrected(
      InteractionRecord current, InteractionRecord changes, Instant now) {
    InteractionRecord corrected = new InteractionRecord();
    corrected.from(current);
    corrected.setInteractionId(Ids.next());
    corrected.setRecordedAt(now);
    corrected.setCorrects(current.getInteractionId());
    // The key stays with the row that was recorded under it.
    corrected.setIdempotencyKey(null);
    for (var field : changes.fields()) {
      if (changes.touched(field)) {
        corrected.from(changes, field);
      }
    }
    return corrected;
  }

  private static void supersede(DSLContext tx, InteractionRecord current, Instant now) {
    tx.update(INTERACTION).set(INTERACTION.SUPERSEDED_AT, now).where(is(current)).execute();
  }

  /// The last version of an interaction, kept from other corrections until the transaction ends.
  private static InteractionRecord current(DSLContext tx, String tenantId, String id) {
    UUID interactionId = Ids.parse(id).orElseThrow(() -> notFound(id));
    InteractionRecord row =
        tx.selectFrom(INTERACTION)
            .where(INTERACTION.TENANT_ID.eq(tenantId))
            .and(INTERACTION.INTERACTION_ID.eq(interactionId))
            .forUpdate()
            .fetchOptional()
            .orElseThrow(() -> notFound(id));
    while (row.getSupersededAt() != null) {
      InteractionRecord next =
          tx.selectFrom(INTERACTION)
              .where(INTERACTION.TENANT_ID.eq(tenantId))
              .and(INTERACTION.CUSTOMER_ID.eq(row.getCustomerId()))
              .and(INTERACTION.CORRECTS.eq(row.getInteractionId()))
              .forUpdate()
              .fetchOne();
      if (next == null) {
        return row;
      }
      row = next;
    }
    return row;
  }

  private static Condition is(InteractionRecord row) {
    return INTERACTION
        .TENANT_ID
        .eq(row.getTenantId())
        .and(INTERACTION.CUSTOMER_ID.eq(row.getCustomerId()))
        .and(INTERACTION.OCCURRED_AT.eq(row.getOccurredAt()))
        .and(INTERACTION.INTERACTION_ID.eq(row.getInteractionId()));
  }

  private static ApiException notFound(String id) {
    return ApiException.notFound("interaction", id);
  }
}
