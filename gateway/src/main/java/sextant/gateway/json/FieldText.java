package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Reads the values of fields from plain text: a part of the path, a query parameter, a header. The
/// rules are those of JSON, without the quotes.
public final class FieldText {
  private static final Map<FieldDescriptor, Optional<ScalarReader>> READERS =
      new ConcurrentHashMap<>();

  private FieldText() {}

  /// Whether values of this field can be given as text. Not those of messages (other than
  /// timestamps, durations, field masks and wrappers), maps and raw JSON.
  public static boolean supports(FieldDescriptor field) {
    return reader(field).isPresent();
  }

  /// Appends one value to the message, or says what is wrong with it. Repeated fields take one call
  /// per value.
  public static Optional<Problem> append(
      WireBuffer out, FieldDescriptor field, String text, String jsonPath) {
    ScalarReader reader =
        reader(field)
            .orElseThrow(() -> new IllegalArgumentException(field + " has no form as text"));
    out.writeVarint(WireType.tag(field));
    TextTarget target = new TextTarget(out, jsonPath);
    reader.readText(text, "", target);
    return Optional.ofNullable(target.problem);
  }

  private static Optional<ScalarReader> reader(FieldDescriptor field) {
    return READERS.computeIfAbsent(
        field, f -> f.isMapField() ? Optional.empty() : ReaderCompiler.scalar(f));
  }

  private static final class TextTarget implements Target {
    private final WireBuffer out;
    private final String path;
    private Problem problem;

    TextTarget(WireBuffer out, String path) {
      this.out = out;
      this.path = path;
    }

    @Override
    public WireBuffer out() {
      return out;
    }

    @Override
    public void problem(String message) {
      problem = new Problem(path, message);
    }
  }
}
