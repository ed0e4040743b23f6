package sextant.metrics.interaction;

import java.util.Locale;
import java.util.function.Consumer;
import org.jooq.Configuration;
import org.jooq.impl.DefaultConfiguration;
import sextant.kit.db.Ids;
import sextant.kit.rpc.Timestamps;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.Classification;
import sextant.metrics.v1.Direction;
import sextant.metrics.v1.Interaction;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.OutcomeType;

/// Interactions between their message and their row.
final class Interactions {

  private static final String DIRECTION = "DIRECTION_";

  /// A row attached to no configuration creates one each time a key field is set, which takes
  /// longer than everything else that happens to the row here.
  private static final Configuration NOWHERE = new DefaultConfiguration();

  private Interactions() {}

  /// The row of a new interaction, still to be classified. Whatever is wrong with `input` goes to
  /// `faults`; then the row is worthless.
  static InteractionRecord row(String tenantId, InteractionInput input, Faults faults) {
    faults.constraints(input);
    InteractionRecord row = newRow(tenantId);
    row.setCustomerId(input.getCustomerId());
    row.setType(input.getEventType());
    row.setOccurredAt(
        input.hasTimestamp() ? faults.instant("timestamp", input.getTimestamp()) : faults.now());
    row.setRecordedAt(faults.now());
    row.setOfferId(nullIfEmpty(input.getOfferId()));
    row.setCreativeId(nullIfEmpty(input.getCreativeId()));
    row.setChannelId(nullIfEmpty(input.getChannelId()));
    row.setDirection(direction(input.getDirection()));
    row.setIdempotencyKey(nullIfEmpty(input.getIdempotencyKey()));
    if (input.hasValue()) {
      row.setValue(faults.decimal("value", input.getValue()));
    }
    if (input.hasCost()) {
      row.setCost(faults.decimal("cost", input.getCost()));
    }
    if (input.hasProperties()) {
      row.setProperties(faults.jsonObject("properties", input.getProperties()));
    }
    return row;
  }

  /// An empty row with an id of its own.
  static InteractionRecord newRow(String tenantId) {
    InteractionRecord row = new InteractionRecord();
    row.attach(NOWHERE);
    row.setTenantId(tenantId);
    row.setInteractionId(Ids.next());
    return row;
  }

  /// Optional text is never empty (the contract refuses it), so empty means absent.
  static String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  /// The column's value, or null when the type of the interaction decides.
  static String direction(Direction direction) {
    return direction == Direction.DIRECTION_INBOUND || direction == Direction.DIRECTION_OUTBOUND
        ? direction.name().substring(DIRECTION.length()).toLowerCase(Locale.ROOT)
        : null;
  }

  /// Settles how the row counts and, if nobody said, who started the contact: we, if it is an
  /// impression, else the customer.
  static void classify(InteractionRecord row, OutcomeType type) {
    row.setIsImpression(type.getImpression());
    row.setIsPositive(type.getClassification() == Classification.CLASSIFICATION_POSITIVE);
    row.setIsNegative(type.getClassification() == Classification.CLASSIFICATION_NEGATIVE);
    row.setIsConversion(type.getConversion());
    if (row.getDirection() == null) {
      row.setDirection(
          direction(
              type.getImpression() ? Direction.DIRECTION_OUTBOUND : Direction.DIRECTION_INBOUND));
    }
  }

  static Interaction message(InteractionRecord row) {
    Interaction.Builder message =
        Interaction.newBuilder()
            .setId(row.getInteractionId().toString())
            .setCustomerId(row.getCustomerId())
            .setType(row.getType())
            .setClassification(classification(row))
            .setDirection(direction(row))
            .setTimestamp(Timestamps.of(row.getOccurredAt()))
            .setRecordedAt(Timestamps.of(row.getRecordedAt()));
    ifPresent(row.getOfferId(), message::setOfferId);
    ifPresent(row.getCreativeId(), message::setCreativeId);
    ifPresent(row.getChannelId(), message::setChannelId);
    ifPresent(row.getValue(), value -> message.setValue(Decimals.format(value)));
    ifPresent(row.getCost(), cost -> message.setCost(Decimals.format(cost)));
    ifPresent(row.getProperties(), properties -> message.setProperties(properties.data()));
    ifPresent(row.getIdempotencyKey(), message::setIdempotencyKey);
    ifPresent(row.getCorrects(), corrected -> message.setCorrects(corrected.toString()));
    return message.build();
  }

  static Classification classification(InteractionRecord row) {
    if (row.getIsPositive()) {
      return Classification.CLASSIFICATION_POSITIVE;
    }
    return row.getIsNegative()
        ? Classification.CLASSIFICATION_NEGATIVE
        : Classification.CLASSIFICATION_NEUTRAL;
  }

  static Direction direction(InteractionRecord row) {
    return Direction.valueOf(DIRECTION + row.getDirection().toUpperCase(Locale.ROOT));
  }

  static <T> void ifPresent(T nullable, Consumer<T> use) {
    if (nullable != null) {
      use.accept(nullable);
    }
  }
}
