package sextant.metrics.interaction;

import static sextant.metrics.interaction.Interactions.nullIfEmpty;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jooq.JSONB;
import sextant.kit.rpc.Timestamps;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.RecordResponseRequest;
import sextant.metrics.v1.RecordResponseResponse;

/// Responses to offers between their messages and the interaction that keeps them. What only
/// responses have is kept in the properties.
final class Responses {

  private static final String RECOMMENDATION_ID = "recommendationId";
  private static final String RANK = "rank";
  private static final String CONTEXT = "context";
  private static final String OUTCOME_DETAILS = "outcomeDetails";

  private Responses() {}

  /// The row of a new response, still to be classified. Whatever the constraints of the contract
  /// left to be found wrong goes to `faults`; then the row is worthless.
  static InteractionRecord row(String tenantId, RecordResponseRequest request, Faults faults) {
    InteractionRecord row = Interactions.newRow(tenantId);
    row.setCustomerId(request.getCustomerId());
    row.setType(request.getOutcome());
    row.setIdempotencyKey(request.getIdempotencyKey());
    row.setOccurredAt(
        request.hasTimestamp()
            ? faults.instant("timestamp", request.getTimestamp())
            : faults.now());
    row.setRecordedAt(faults.now());
    row.setOfferId(nullIfEmpty(request.getOfferId()));
    row.setCreativeId(nullIfEmpty(request.getCreativeId()));
    row.setChannelId(nullIfEmpty(request.getChannelId()));
    row.setDirection(Interactions.direction(request.getDirection()));
    if (request.hasConversionValue()) {
      row.setValue(faults.decimal("conversion_value", request.getConversionValue()));
    }
    if (request.hasCost()) {
      row.setCost(faults.decimal("cost", request.getCost()));
    }
    if (request.hasContext()) {
      faults.jsonObject("context", request.getContext());
    }
    if (request.hasOutcomeDetails()) {
      faults.jsonObject("outcome_details", request.getOutcomeDetails());
    }
    row.setProperties(properties(request));
    return row;
  }

  private static JSONB properties(RecordResponseRequest request) {
    if (!request.hasRecommendationId()
        && !request.hasRank()
        && !request.hasContext()
        && !request.hasOutcomeDetails()) {
      return null;
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonObjects.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      if (request.hasRecommendationId()) {
        json.writeStringField(RECOMMENDATION_ID, request.getRecommendationId());
      }
      if (request.hasRank()) {
        json.writeNumberField(RANK, request.getRank());
      }
      if (request.hasContext()) {
        json.writeFieldName(CONTEXT);
        json.writeRawValue(request.getContext());
      }
      if (request.hasOutcomeDetails()) {
        json.writeFieldName(OUTCOME_DETAILS);
        json.writeRawValue(request.getOutcomeDetails());
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return JSONB.valueOf(text.toString());
  }

  /// The answer, the same for the first call and for each repetition.
  static RecordResponseResponse message(InteractionRecord row, boolean duplicate) {
    RecordResponseResponse.Builder message =
        RecordResponseResponse.newBuilder()
            .setInteractionId(row.getInteractionId().toString())
            .setCustomerId(row.getCustomerId())
            .setOutcome(row.getType())
            .setClassification(Interactions.classification(row))
            .setDirection(Interactions.direction(row))
            .setStatus("recorded")
            .setTimestamp(Timestamps.of(row.getOccurredAt()))
            .setDuplicate(duplicate);
    Interactions.ifPresent(row.getOfferId(), message::setOfferId);
    Interactions.ifPresent(row.getCreativeId(), message::setCreativeId);
    Interactions.ifPresent(row.getChannelId(), message::setChannelId);
    Interactions.ifPresent(
        row.getValue(), value -> message.setConversionValue(Decimals.format(value)));
    Interactions.ifPresent(row.getProperties(), properties -> read(properties, message));
    return message.build();
  }

  private static void read(JSONB properties, RecordResponseResponse.Builder message) {
    try (JsonParser json = JsonObjects.FACTORY.createParser(properties.data())) {
      json.nextToken();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken value = json.nextToken();
        if (name.equals(RECOMMENDATION_ID) && value == JsonToken.VALUE_STRING) {
          message.setRecommendationId(json.getText());
        } else if (name.equals(RANK)
            && value == JsonToken.VALUE_NUMBER_INT
            && json.getNumberType() == JsonParser.NumberType.INT) {
          message.setRank(json.getIntValue());
        }
        json.skipChildren();
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
