package sextant.kit.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import sextant.kit.rpc.ApiException.Violation;

/// Which fields an update changes: those in its `update_mask` or, without one, those that are set.
/// A field outside stays as it is; one inside without a value goes back to what a creation without
/// it would store, unless it is a required one.
public final class Changes {

  private static final String MASK = "update_mask";

  private final Set<String> fields;

  private Changes(Set<String> fields) {
    this.fields = fields;
  }

  /// `key` names what is updated and is no change, though a mask made from the keys of a JSON body
  /// may name it; `required` can be changed but not taken away. A mask that names anything else
  /// than fields of the request is INVALID_ARGUMENT on `update_mask`, a required field without a
  /// value on that field.
  public static Changes of(Message request, String key, Set<String> required) {
    var type = request.getDescriptorForType();
    var mask = (FieldMask) request.getField(type.findFieldByName(MASK));
    Set<String> fields = new LinkedHashSet<>(mask.getPathsList());
    if (fields.isEmpty()) {
      request.getAllFields().keySet().forEach(field -> fields.add(field.getName()));
      fields.remove(MASK);
    }
    fields.remove(key);
    List<Violation> violations = new ArrayList<>();
    for (String field : fields) {
      FieldDescriptor descriptor = type.findFieldByName(field);
      if (descriptor == null || field.equals(MASK)) {
        violations.add(new Violation(MASK, "\"" + field + "\" is not a field that can be updated"));
      } else if (required.contains(field) && !request.hasField(descriptor)) {
        violations.add(new Violation(field, "must not be null"));
      }
    }
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
    return new Changes(Collections.unmodifiableSet(fields));
  }

  public boolean include(String field) {
    return fields.contains(field);
  }

  /// In the order of the mask or, without one, of the request.
  public Set<String> fields() {
    return fields;
  }
}
