package sextant.segments.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sextant.segments.definition.Filter.Operand;
import sextant.segments.v1.DataType;
import sextant.segments.v1.SchemaField;
import sextant.segments.value.BadValue;
import sextant.segments.value.FieldValue;
import sextant.segments.value.Json;

/// Reads the value of a condition: as many values as the operator takes, each of the field's type.
final class OperandReader {

  private static final int MAX_VALUES = 1_000;
  private static final long MAX_SECONDS = 36_525L * 86_400;

  private static final Pattern FROM_NOW = Pattern.compile("now(?:([+-])(\\d{1,6})([mhdw]))?");

  private final DataType type;
  private final Faults faults;

  OperandReader(DataType type, Faults faults) {
    this.type = type;
    this.faults = faults;
  }

  Optional<List<Operand>> read(Operator operator, Json value, String path) {
    return switch (operator.arity) {
      case NONE -> none(operator, value, path);
      case ONE -> one(value, path).map(List::of);
      case TWO -> several(value, path, 2, 2, "must be an array of two values");
      case MANY ->
          several(
              value instanceof Json.Arr ? value : new Json.Arr(List.of(value)),
              path,
              1,
              MAX_VALUES,
              "must be an array of 1 to " + MAX_VALUES + " values");
    };
  }

  private Optional<List<Operand>> none(Operator operator, Json value, String path) {
    if (value instanceof Json.Null || value instanceof Json.Bool(boolean flag) && flag) {
      return Optional.of(List.of());
    }
    faults.add(path, "\"" + operator + "\" takes no value");
    return Optional.empty();
  }

  private Optional<Operand> one(Json value, String path) {
    try {
      if (value instanceof Json.Null) {
        throw new BadValue("is required; is_null and is_not_null find rows without a value");
      }
      return Optional.of(operand(value));
    } catch (BadValue bad) {
      faults.add(path, bad.getMessage());
      return Optional.empty();
    }
  }

  private Optional<List<Operand>> several(
      Json value, String path, int least, int most, String expected) {
    if (!(value instanceof Json.Arr(List<Json> elements))
        || elements.size() < least
        || elements.size() > most) {
      faults.add(path, expected);
      return Optional.empty();
    }
    List<Operand> operands = new ArrayList<>();
    for (int index = 0; index < elements.size(); index++) {
      one(elements.get(index), path + "[" + index + "]").ifPresent(operands::add);
    }
    return operands.size() == elements.size() ? Optional.of(operands) : Optional.empty();
  }

  private Operand operand(Json value) throws BadValue {
    if (value instanceof Json.Text(String text)
        && text.startsWith("now")
        && (type == DataType.DATA_TYPE_DATE || type == DataType.DATA_TYPE_TIMESTAMP)) {
      return fromNow(text);
    }
    return new Operand.Literal(FieldValue.of(comparable(), value));
  }

  /// A field that takes whatever the real one can be compared with: sizes do not matter.
  private SchemaField comparable() {
    DataType widest =
        switch (type) {
          case DATA_TYPE_VARCHAR -> DataType.DATA_TYPE_TEXT;
          case DATA_TYPE_INTEGER, DATA_TYPE_BIGINT, DATA_TYPE_DECIMAL -> DataType.DATA_TYPE_NUMBER;
          default -> type;
        };
    return SchemaField.newBuilder().setDataType(widest).build();
  }

  private static Operand fromNow(String text) throws BadValue {
    Matcher matcher = FROM_NOW.matcher(text);
    if (!matcher.matches()) {
      throw new BadValue(
          "must be now, or now and an offset in minutes, hours, days or weeks such as now-30m,"
              + " now+12h, now-30d, now-4w");
    }
    if (matcher.group(1) == null) {
      return new Operand.FromNow(0);
    }
    long unit =
        switch (matcher.group(3)) {
          case "m" -> 60;
          case "h" -> 3_600;
          case "d" -> 86_400;
          default -> 604_800;
        };
    long seconds = Long.parseLong(matcher.group(2)) * unit;
    if (seconds > MAX_SECONDS) {
      throw new BadValue("must be at most 100 years from now");
    }
    return new Operand.FromNow(matcher.group(1).equals("-") ? -seconds : seconds);
  }
}
