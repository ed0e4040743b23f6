package sextant.dashboard.catalogue;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.Record;
import org.jooq.Table;
import sextant.dashboard.value.Decimals;
import sextant.dashboard.value.Instants;
import sextant.dashboard.value.JsonObjects;
import sextant.http.v1.HttpProto;
import sextant.http.v1.RawJson;
import sextant.kit.rpc.Timestamps;

/// Turns messages of one kind into rows and back: each field of the message is the column of the
/// same name. Absent fields are null.
final class EntryColumns<M extends Message> {

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private final M prototype;
  private final Table<? extends Record> table;
  private final Map<FieldDescriptor, Field<Object>> columns = new LinkedHashMap<>();

  /// Fails when a field has no column.
  @SuppressWarnings("unchecked") // Values are converted by the type of their field.
  EntryColumns(M prototype, Table<? extends Record> table) {
    this.prototype = prototype;
    this.table = table;
    for (FieldDescriptor field : prototype.getDescriptorForType().getFields()) {
      Field<?> column = table.field(field.getName());
      if (column == null) {
        throw new IllegalStateException(table.getName() + " has no column " + field.getName());
      }
      columns.put(field, (Field<Object>) column);
    }
  }

  /// Reports the fields that no column could store.
  void check(M entry, Faults faults) {
    for (FieldDescriptor field : columns.keySet()) {
      if (!field.hasPresence() || entry.hasField(field)) {
        fault(field, entry).ifPresent(fault -> faults.add(field.getName(), fault));
      }
    }
  }

  private static Optional<String> fault(FieldDescriptor field, Message entry) {
    Object value = entry.getField(field);
    if (isDecimal(field)) {
      return Decimals.parse((String) value).isEmpty()
          ? Optional.of(Decimals.RULE)
          : Optional.empty();
    }
    if (isRawJson(field)) {
      return JsonObjects.fault((String) value);
    }
    return value instanceof Timestamp time && Instants.parse(time).isEmpty()
        ? Optional.of(Instants.RULE)
        : Optional.empty();
  }

  /// The row of an entry that passed [#check].
  Record row(M entry) {
    Record row = table.newRecord();
    columns.forEach(
        (field, column) -> {
          boolean present = !field.hasPresence() || entry.hasField(field);
          row.set(column, present ? toColumn(field, entry) : null);
        });
    return row;
  }

  private static Object toColumn(FieldDescriptor field, Message entry) {
    Object value = entry.getField(field);
    return switch (field.getJavaType()) {
      case STRING -> {
        if (isDecimal(field)) {
          yield new BigDecimal((String) value);
        }
        yield isRawJson(field) ? JSON.valueOf((String) value) : value;
      }
      case ENUM -> enumText(field.getEnumType(), value.toString());
      case MESSAGE ->
          field.isRepeated()
              ? listText(field, entry)
              : Instants.parse((Timestamp) value).orElseThrow();
      default -> value;
    };
  }

  /// A list as JSON: the entry with nothing but this list in it.
  private static JSON listText(FieldDescriptor field, Message entry) {
    try {
      return JSON.valueOf(
          PRINTER.print(
              entry.newBuilderForType().setField(field, entry.getField(field)).buildPartial()));
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("a valid message has a JSON form", impossible);
    }
  }

  /// The entry in a row.
  @SuppressWarnings("unchecked") // A message builder builds messages of its own type.
  M entry(Record row) {
    Message.Builder entry = prototype.newBuilderForType();
    columns.forEach(
        (field, column) -> {
          Object value = row.get(column.getName());
          if (value != null) {
            fromColumn(field, value, entry);
          }
        });
    return (M) entry.build();
  }

  private static void fromColumn(FieldDescriptor field, Object value, Message.Builder entry) {
    if (field.isRepeated()) {
      try {
        JsonFormat.parser().merge(((JSON) value).data(), entry);
      } catch (InvalidProtocolBufferException impossible) {
        throw new IllegalStateException("the stored list is not the one printed", impossible);
      }
      return;
    }
    entry.setField(
        field,
        switch (value) {
          case BigDecimal decimal -> Decimals.format(decimal);
          case JSON json -> json.data();
          case Instant instant -> Timestamps.of(instant);
          case String text when field.getJavaType() == FieldDescriptor.JavaType.ENUM ->
              field.getEnumType().findValueByName(enumName(field.getEnumType(), text));
          default -> value;
        });
  }

  /// `ENTRY_STATUS_ACTIVE` is stored as `active`.
  private static String enumText(EnumDescriptor type, String name) {
    return name.substring(enumPrefix(type).length()).toLowerCase(Locale.ROOT);
  }

  private static String enumName(EnumDescriptor type, String text) {
    return enumPrefix(type) + text.toUpperCase(Locale.ROOT);
  }

  private static String enumPrefix(EnumDescriptor type) {
    String unspecified = type.findValueByNumber(0).getName();
    return unspecified.substring(0, unspecified.length() - "UNSPECIFIED".length());
  }

  private static boolean isDecimal(FieldDescriptor field) {
    return field.getOptions().getExtension(HttpProto.field).getDecimal();
  }

  private static boolean isRawJson(FieldDescriptor field) {
    return field.getOptions().getExtension(HttpProto.field).getRawJson()
        != RawJson.RAW_JSON_UNSPECIFIED;
  }

  /// All columns, in the order of the fields.
  List<Field<Object>> fields() {
    return List.copyOf(columns.values());
  }
}
