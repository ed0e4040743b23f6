package sextant.segments;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;

/// Which fields an update changes: those in its mask or, without one, those that are set. The id is
/// no change, though a mask made from the keys of a JSON body names it.
public final class Changes {

  private final Message request;
  private final Set<String> fields;

  private Changes(Message request, Set<String> fields) {
    this.request = request;
    this.fields = fields;
  }

  /// `required`: fields that can be changed but not taken away.
  public static Changes of(Message request, FieldMask mask, Set<String> required) {
    Set<String> fields = new LinkedHashSet<>(mask.getPathsList());
    if (fields.isEmpty()) {
      request.getAllFields().keySet().forEach(field -> fields.add(field.getName()));
      fields.remove("update_mask");
    }
    fields.remove("id");
    Changes changes = new Changes(request, fields);
    changes.check(required);
    return changes;
  }

  private void check(Set<String> required) {
    List<Violation> violations = new ArrayList<>();
    for (String field : fields) {
      var descriptor = request.getDescriptorForType().findFieldByName(field);
      if (descriptor == null || field.equals("update_mask")) {
        violations.add(
            new Violation("update_mask", "\"" + field + "\" is not a field that can be updated"));
      } else if (required.contains(field) && !request.hasField(descriptor)) {
        violations.add(new Violation(field, "must not be null"));
      }
    }
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
  }

  public boolean include(String field) {
    return fields.contains(field);
  }
}
