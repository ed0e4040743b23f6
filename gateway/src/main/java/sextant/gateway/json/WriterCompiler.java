package sextant.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.HashMap;
import java.util.Map;

/// Compiles descriptors to writers, each type once. Not thread-safe.
final class WriterCompiler {
  private final Map<Descriptor, MessageValueWriter> messages = new HashMap<>();

  MessageValueWriter message(Descriptor type) {
    MessageValueWriter known = messages.get(type);
    if (known != null) {
      return known;
    }
    MessageValueWriter writer = create(type);
    messages.put(type, writer);
    writer.link(this);
    return writer;
  }

  private static MessageValueWriter create(Descriptor type) {
    WellKnown kind = WellKnown.of(type);
    return switch (kind) {
      case NONE -> new MessageWriter(type);
      case TIMESTAMP, DURATION -> new TimeWriter(kind);
      case FIELD_MASK -> new FieldMaskWriter();
      case WRAPPER, STRUCT, LIST_VALUE -> new OnlyFieldWriter(type);
      case VALUE -> new DynamicWriter(type);
    };
  }

  FieldWriter field(FieldDescriptor field) {
    if (field.isMapField()) {
      return new MapWriter(field, value(field.getMessageType().findFieldByNumber(2)));
    }
    ValueWriter value = value(field);
    return field.isRepeated() ? new RepeatedWriter(field, value) : SingularWriter.of(field, value);
  }

  private ValueWriter value(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? message(field.getMessageType())
        : ScalarWriters.of(field);
  }
}
