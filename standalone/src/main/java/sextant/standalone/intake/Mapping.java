package sextant.standalone.intake;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import sextant.kit.rpc.Timestamps;
import sextant.metrics.v1.Direction;
import sextant.metrics.v1.InteractionInput;
import sextant.standalone.CommandFailure;

/// Which column becomes which field of an interaction. All other columns become properties.
final class Mapping {

  static final class Type {
    @Option(names = "--type", paramLabel = "TYPE", description = "Type of every interaction.")
    private String constant;

    @Option(names = "--type-column", paramLabel = "COL", description = "Column with the type.")
    private String column;
  }

  @ArgGroup(multiplicity = "1")
  private Type type;

  @Option(
      names = "--customer",
      paramLabel = "COL",
      required = true,
      description = "Column with the customer id.")
  private String customer;

  @Option(
      names = "--time",
      paramLabel = "COL",
      required = true,
      description = "Column with the date or time of the interaction.")
  private String time;

  @Option(names = "--value", paramLabel = "COL", description = "Column with its value.")
  private String value;

  @Option(names = "--cost", paramLabel = "COL", description = "Column with what it cost.")
  private String cost;

  @Option(names = "--offer", paramLabel = "COL", description = "Column with the offer id.")
  private String offer;

  @Option(names = "--creative", paramLabel = "COL", description = "Column with the creative id.")
  private String creative;

  @Option(names = "--channel", paramLabel = "COL", description = "Column with the channel id.")
  private String channel;

  @Option(
      names = "--direction",
      paramLabel = "COL",
      description = "Column with the direction: inbound or outbound.")
  private String direction;

  @Option(
      names = "--key",
      paramLabel = "COL",
      description =
          "Column with an idempotency key, unique per customer. Default: made from the row's content, so that a repeated import adds nothing.")
  private String key;

  private final Set<String> mapped = new HashSet<>();

  /// Fails when the file is known to lack a column; `known` is empty when that cannot be told.
  void check(List<String> known) {
    Stream.of(type.column, customer, time, value, cost, offer, creative, channel, direction, key)
        .filter(Objects::nonNull)
        .forEach(mapped::add);
    for (String column : mapped) {
      if (!known.isEmpty() && !known.contains(column)) {
        throw new CommandFailure(
            "the file has no column %s; it has %s".formatted(column, String.join(", ", known)));
      }
    }
  }

  Instant time(Row row, Dates dates) {
    String text = row.text(time);
    try {
      return dates.parse(text);
    } catch (DateTimeException malformed) {
      throw new RowRejection(
          row.line(),
          time,
          text.isEmpty()
              ? "is empty; it needs " + Dates.FORMS
              : "\"" + text + "\" is not " + Dates.FORMS);
    }
  }

  InteractionInput interaction(Row row, Dates dates, Duration shift, RowKeys keys) {
    String eventType = type.column == null ? type.constant : row.text(type.column);
    // First of all, because rejected rows count among equal ones too.
    String rowKey = key == null ? keys.next(eventType, row.content()) : row.text(key);
    Instant instant = time(row, dates).plus(shift);
    InteractionInput.Builder interaction =
        InteractionInput.newBuilder()
            .setEventType(eventType)
            .setCustomerId(row.text(customer))
            .setTimestamp(Timestamps.of(instant));
    set(row, value, interaction::setValue);
    set(row, cost, interaction::setCost);
    set(row, offer, interaction::setOfferId);
    set(row, creative, interaction::setCreativeId);
    set(row, channel, interaction::setChannelId);
    set(row, direction, text -> interaction.setDirection(direction(row, text)));
    if (rowKey.isEmpty()) {
      throw new RowRejection(row.line(), key, "is empty; every row needs a key");
    }
    interaction.setIdempotencyKey(rowKey);
    String properties = properties(row);
    if (properties.length() > "{}".length()) {
      interaction.setProperties(properties);
    }
    return interaction.build();
  }

  private static void set(Row row, String column, Consumer<String> field) {
    if (column != null && !row.text(column).isEmpty()) {
      field.accept(row.text(column));
    }
  }

  private Direction direction(Row row, String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "inbound" -> Direction.DIRECTION_INBOUND;
      case "outbound" -> Direction.DIRECTION_OUTBOUND;
      default ->
          throw new RowRejection(
              row.line(), direction, "\"" + text + "\" is neither inbound nor outbound");
    };
  }

  private String properties(Row row) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonRows.MAPPER.createGenerator(text)) {
      json.writeStartObject();
      row.writeOthers(json, mapped);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }
}
