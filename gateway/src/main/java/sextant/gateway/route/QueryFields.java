package sextant.gateway.route;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import sextant.gateway.json.FieldText;
import sextant.http.v1.Field;
import sextant.http.v1.HttpProto;

/// Which query parameters a request message has: its scalar fields by JSON name or alias, repeated
/// ones included, those of sub-messages with a dot.
final class QueryFields {

  private final Map<String, RequestField> fields = new LinkedHashMap<>();

  private QueryFields() {}

  /// `topLevel` says which fields of the message itself take part.
  static Map<String, RequestField> of(Descriptor request, Predicate<FieldDescriptor> topLevel) {
    QueryFields query = new QueryFields();
    request.getFields().stream()
        .filter(topLevel)
        .forEach(field -> query.add(field, List.of(), "", Set.of(request.getFullName())));
    return Collections.unmodifiableMap(query.fields);
  }

  private void add(
      FieldDescriptor field, List<FieldDescriptor> parents, String prefix, Set<String> above) {
    Field options = field.getOptions().getExtension(HttpProto.field);
    if (options.getHidden() || isUpdateMask(field)) {
      return;
    }
    List<FieldDescriptor> path = new ArrayList<>(parents);
    path.add(field);
    if (FieldText.supports(field)) {
      RequestField target = new RequestField(List.copyOf(path));
      put(prefix + field.getJsonName(), target);
      options.getAliasesList().forEach(alias -> put(prefix + alias, target));
      return;
    }
    // A message within itself would have parameters without end.
    if (!RequestField.isSubMessage(field) || above.contains(field.getMessageType().getFullName())) {
      return;
    }
    Set<String> below = new TreeSet<>(above);
    below.add(field.getMessageType().getFullName());
    for (FieldDescriptor inner : field.getMessageType().getFields()) {
      add(inner, path, prefix + field.getJsonName() + ".", below);
    }
  }

  private void put(String name, RequestField target) {
    if (fields.put(name, target) != null) {
      throw new IllegalArgumentException("two fields are the query parameter " + name);
    }
  }

  /// The gateway fills it from the keys of a body, never a client.
  private static boolean isUpdateMask(FieldDescriptor field) {
    return field.getName().equals("update_mask");
  }
}
