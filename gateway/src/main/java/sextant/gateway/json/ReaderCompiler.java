package sextant.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import sextant.http.v1.RawJson;

/// Compiles descriptors to readers, each type once. Not thread-safe.
final class ReaderCompiler {
  private final Map<Descriptor, MessageReader> messages = new HashMap<>();

  MessageReader message(Descriptor type) {
    MessageReader known = messages.get(type);
    if (known != null) {
      return known;
    }
    MessageReader reader = new MessageReader(type);
    messages.put(type, reader);
    reader.link(type, this);
    return reader;
  }

  FieldReader field(FieldDescriptor field) {
    if (field.isMapField()) {
      return new MapReader(field, value(field.getMessageType().findFieldByNumber(2)));
    }
    ValueReader value = value(field);
    return field.isRepeated() ? new RepeatedReader(field, value) : new SingularReader(field, value);
  }

  private ValueReader value(FieldDescriptor field) {
    Optional<ScalarReader> scalar = scalar(field);
    if (scalar.isPresent()) {
      return scalar.get();
    }
    if (field.getJavaType() == FieldDescriptor.JavaType.STRING) {
      return new RawReader(ContractOptions.of(field).getRawJson());
    }
    WellKnown kind = WellKnown.of(field.getMessageType());
    return kind == WellKnown.NONE ? message(field.getMessageType()) : new StructReader(kind);
  }

  /// The reader of a field whose values are single tokens in JSON.
  static Optional<ScalarReader> scalar(FieldDescriptor field) {
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      return wellKnown(field.getMessageType());
    }
    boolean raw = ContractOptions.of(field).getRawJson() != RawJson.RAW_JSON_UNSPECIFIED;
    return raw ? Optional.empty() : Optional.of(ScalarReaders.of(field));
  }

  private static Optional<ScalarReader> wellKnown(Descriptor type) {
    return switch (WellKnown.of(type)) {
      case TIMESTAMP -> Optional.of(new WellKnownReaders.TimestampReader());
      case DURATION -> Optional.of(new WellKnownReaders.DurationReader());
      case FIELD_MASK -> Optional.of(new WellKnownReaders.FieldMaskReader());
      case WRAPPER -> {
        FieldDescriptor value = type.findFieldByNumber(1);
        yield Optional.of(
            new WellKnownReaders.WrapperReader(WireType.tag(value), ScalarReaders.of(value)));
      }
      case NONE, STRUCT, VALUE, LIST_VALUE -> Optional.empty();
    };
  }
}
