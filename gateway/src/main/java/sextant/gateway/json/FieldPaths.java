package sextant.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;

/// Translates paths of fields from proto names to JSON names.
public final class FieldPaths {
  private FieldPaths() {}

  /// `events[3].customer_id` is `events[3].customerId`. Subscripts stay as they are; from the first
  /// name that the message does not have, the rest stays as it is.
  public static String toJson(Descriptor root, String protoPath) {
    StringBuilder json = new StringBuilder();
    Descriptor type = root;
    int at = 0;
    while (at < protoPath.length()) {
      int end = nameEnd(protoPath, at);
      FieldDescriptor field =
          type == null ? null : type.findFieldByName(protoPath.substring(at, end));
      if (field == null) {
        return json.append(protoPath, at, protoPath.length()).toString();
      }
      json.append(field.getJsonName());
      int next = subscriptEnd(protoPath, end);
      json.append(protoPath, end, next);
      if (next < protoPath.length() && protoPath.charAt(next) == '.') {
        json.append('.');
        next++;
      }
      type = valueType(field);
      at = next;
    }
    return json.toString();
  }

  private static Descriptor valueType(FieldDescriptor field) {
    FieldDescriptor value =
        field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
    boolean message = value.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    return message ? value.getMessageType() : null;
  }

  private static int nameEnd(String path, int from) {
    int end = from;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
      end++;
    }
    return end;
  }

  /// The end of `[3]` or `["a key"]`, in which a backslash hides the next character.
  private static int subscriptEnd(String path, int from) {
    if (from >= path.length() || path.charAt(from) != '[') {
      return from;
    }
    boolean quoted = false;
    for (int i = from + 1; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ']' && !quoted) {
        return i + 1;
      }
    }
    return path.length();
  }
}
