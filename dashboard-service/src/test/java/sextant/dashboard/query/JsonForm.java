package sextant.dashboard.query;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import sextant.http.v1.Absent;
import sextant.http.v1.Field;
import sextant.http.v1.HttpProto;
import sextant.http.v1.RawJson;

/// The JSON that the contract gives a message, field options applied.
final class JsonForm {

  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private JsonForm() {}

  static Value parse(String json) {
    Value.Builder value = Value.newBuilder();
    try {
      JsonFormat.parser().merge(json, value);
    } catch (InvalidProtocolBufferException malformed) {
      throw new IllegalArgumentException(malformed);
    }
    return value.build();
  }

  static Value of(Message message) {
    Struct.Builder object = Struct.newBuilder();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      Field form = field.getOptions().getExtension(HttpProto.field);
      if (isPrinted(message, field, form)) {
        object.putFields(field.getJsonName(), value(message, field, form));
      }
    }
    return Value.newBuilder().setStructValue(object).build();
  }

  private static boolean isPrinted(Message message, FieldDescriptor field, Field form) {
    boolean absent =
        field.isRepeated()
            ? message.getRepeatedFieldCount(field) == 0
            : field.hasPresence() && !message.hasField(field);
    return !form.getHidden() && !(absent && form.getAbsent() == Absent.ABSENT_OMIT);
  }

  private static Value value(Message message, FieldDescriptor field, Field form) {
    if (field.isRepeated()) {
      ListValue.Builder list = ListValue.newBuilder();
      for (Object element : (List<?>) message.getField(field)) {
        list.addValues(value(element, form));
      }
      return Value.newBuilder().setListValue(list).build();
    }
    return field.hasPresence() && !message.hasField(field)
        ? Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build()
        : value(message.getField(field), form);
  }

  private static Value value(Object scalar, Field form) {
    Value.Builder value = Value.newBuilder();
    return switch (scalar) {
      case Timestamp time ->
          value
              .setStringValue(
                  INSTANT.format(Instant.ofEpochSecond(time.getSeconds(), time.getNanos())))
              .build();
      case Message nested -> of(nested);
      case EnumValueDescriptor constant -> {
        String unspecified = constant.getType().getValues().getFirst().getName();
        String prefix = unspecified.substring(0, unspecified.length() - "UNSPECIFIED".length());
        yield value
            .setStringValue(constant.getName().substring(prefix.length()).toLowerCase(Locale.ROOT))
            .build();
      }
      case String text when form.getDecimal() ->
          value.setNumberValue(Double.parseDouble(text)).build();
      case String text when form.getRawJson() != RawJson.RAW_JSON_UNSPECIFIED -> parse(text);
      case String text -> value.setStringValue(text).build();
      case Boolean flag -> value.setBoolValue(flag).build();
      default -> value.setNumberValue(((Number) scalar).doubleValue()).build();
    };
  }
}
