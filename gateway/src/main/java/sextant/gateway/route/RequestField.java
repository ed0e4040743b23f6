package sextant.gateway.route;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import sextant.gateway.json.FieldText;
import sextant.gateway.json.Problem;
import sextant.gateway.json.WireBuffer;

/// A field of a request message, possibly within sub-messages, that text can fill: a part of the
/// path, a query parameter or a header.
public record RequestField(List<FieldDescriptor> path) {

  /// The field at `protoPath` such as `metric.id`, or what is wrong with asking for it.
  static RequestField of(Descriptor request, String protoPath) {
    List<FieldDescriptor> path = new ArrayList<>();
    Descriptor type = request;
    for (String name : protoPath.split("\\.")) {
      FieldDescriptor field = type == null ? null : type.findFieldByName(name);
      if (field == null) {
        throw new IllegalArgumentException(
            request.getName() + " has no field \"" + protoPath + "\"");
      }
      path.add(field);
      type = isSubMessage(field) ? field.getMessageType() : null;
    }
    return new RequestField(List.copyOf(path));
  }

  static boolean isSubMessage(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.isRepeated()
        && !FieldText.supports(field);
  }

  /// The field itself.
  public FieldDescriptor leaf() {
    return path.getLast();
  }

  /// Whether one piece of text can fill it.
  boolean isScalar() {
    return !leaf().isRepeated() && FieldText.supports(leaf());
  }

  /// The name it has outside: `metric.displayName`.
  String jsonPath() {
    return path.stream().map(FieldDescriptor::getJsonName).collect(Collectors.joining("."));
  }

  /// Appends a value to the request, or says what is wrong with it. `place`: the name of the
  /// parameter, for the message.
  Optional<Problem> append(WireBuffer out, String text, String place) {
    if (path.size() == 1) {
      return FieldText.append(out, leaf(), text, place);
    }
    WireBuffer value = new WireBuffer();
    Optional<Problem> problem = FieldText.append(value, leaf(), text, place);
    if (problem.isEmpty()) {
      // A sub-message that is there already is merged with this one when it is read.
      out.append(wrap(value.toByteArray()));
    }
    return problem;
  }

  private byte[] wrap(byte[] value) {
    byte[] wrapped = value;
    for (FieldDescriptor field : path.subList(0, path.size() - 1).reversed()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(wrapped.length + 8);
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      try {
        out.writeTag(field.getNumber(), WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeByteArrayNoTag(wrapped);
        out.flush();
      } catch (IOException impossible) {
        throw new UncheckedIOException("writing to memory failed", impossible);
      }
      wrapped = bytes.toByteArray();
    }
    return wrapped;
  }
}
