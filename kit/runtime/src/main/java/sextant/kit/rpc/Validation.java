package sextant.kit.rpc;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPath;
import build.buf.validate.FieldPathElement;
import build.buf.validate.FieldRules;
import build.buf.validate.Ignore;
import build.buf.validate.ValidateProto;
import build.buf.validate.Violation;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Checks messages against the constraints that the contract states on their fields, and against
/// one rule for all text: no U+0000, which PostgreSQL cannot store. Unary requests are checked
/// before their service sees them; messages of a client stream and fields that the contract exempts
/// (`ignore`) are the service's to check.
public final class Validation {

  private static final Validator VALIDATOR = ValidatorFactory.newBuilder().build();

  private static final Map<FieldDescriptor, Boolean> MAY_HOLD_TEXT = new ConcurrentHashMap<>();

  private Validation() {}

  /// All violations; empty when the message is valid.
  public static List<ApiException.Violation> violations(Message message) {
    List<ApiException.Violation> violations = new ArrayList<>();
    try {
      for (var broken : VALIDATOR.validate(message).getViolations()) {
        Violation violation = broken.toProto();
        violations.add(
            new ApiException.Violation(path(violation.getField()), violation.getMessage()));
      }
    } catch (ValidationException broken) {
      throw new IllegalStateException("the contract's constraints do not compile", broken);
    }
    findNul(message, "", violations);
    return violations;
  }

  /// `events[3].customer_id`
  private static String path(FieldPath field) {
    StringBuilder path = new StringBuilder();
    for (FieldPathElement element : field.getElementsList()) {
      if (!path.isEmpty()) {
        path.append('.');
      }
      path.append(element.getFieldName());
      switch (element.getSubscriptCase()) {
        case INDEX -> path.append('[').append(element.getIndex()).append(']');
        case STRING_KEY -> path.append('[').append(element.getStringKey()).append(']');
        case BOOL_KEY -> path.append('[').append(element.getBoolKey()).append(']');
        case INT_KEY -> path.append('[').append(element.getIntKey()).append(']');
        case UINT_KEY -> path.append('[').append(element.getUintKey()).append(']');
        case SUBSCRIPT_NOT_SET -> {}
      }
    }
    return path.toString();
  }

  private static void findNul(
      Message message, String prefix, List<ApiException.Violation> violations) {
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (!MAY_HOLD_TEXT.computeIfAbsent(field, Validation::mayHoldText)) {
        continue;
      }
      String path = prefix + field.getName();
      if (entry.getValue() instanceof List<?> elements) {
        for (int index = 0; index < elements.size(); index++) {
          findNulIn(elements.get(index), path + '[' + index + ']', violations);
        }
      } else {
        findNulIn(entry.getValue(), path, violations);
      }
    }
  }

  private static boolean mayHoldText(FieldDescriptor field) {
    FieldRules rules = field.getOptions().getExtension(ValidateProto.field);
    boolean exempt =
        rules.getIgnore() == Ignore.IGNORE_ALWAYS
            || rules.getRepeated().getItems().getIgnore() == Ignore.IGNORE_ALWAYS;
    return !exempt
        && (field.getJavaType() == JavaType.STRING || field.getJavaType() == JavaType.MESSAGE);
  }

  private static void findNulIn(
      Object value, String path, List<ApiException.Violation> violations) {
    if (value instanceof Message nested) {
      findNul(nested, path + '.', violations);
    } else if (((String) value).indexOf('\0') >= 0) {
      violations.add(new ApiException.Violation(path, "must not contain U+0000"));
    }
  }
}
