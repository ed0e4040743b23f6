package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.SequencedMap;

/// The readers of all scalar kinds. Raw JSON is not among them.
final class ScalarReaders {
  private ScalarReaders() {}

  static ScalarReader of(FieldDescriptor field) {
    return switch (field.getType()) {
      case INT32, INT64, UINT32, UINT64, SINT32, SINT64, FIXED32, FIXED64, SFIXED32, SFIXED64 ->
          new IntegerReader(IntegerKind.of(field.getType()));
      case FLOAT -> new FloatReader();
      case DOUBLE -> new DoubleReader();
      case BOOL -> new BoolReader();
      case ENUM -> new EnumReader(new EnumNames(field.getEnumType()).byName());
      case STRING ->
          ContractOptions.of(field).getDecimal() ? new DecimalReader() : new TextReader();
      case BYTES -> new BytesReader();
      case MESSAGE, GROUP -> throw new IllegalArgumentException(field + " is not a scalar");
    };
  }

  /// The reader of any JSON number as a double.
  static ScalarReader number() {
    return new DoubleReader();
  }

  /// The reader of any JSON string.
  static ScalarReader text() {
    return new TextReader();
  }

  private static final class IntegerReader extends ScalarReader {
    private final IntegerKind type;

    IntegerReader(IntegerKind type) {
      super(Kind.NUMBER, "an integer");
      this.type = type;
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      if (NumberText.isShortInteger(text, from, count)) {
        long value = NumberText.shortInteger(text, from, count);
        if (type.holds(value)) {
          type.write(target.out(), value);
          return;
        }
      }
      acceptAny(text, from, count, target);
    }

    private void acceptAny(char[] text, int from, int count, Target target) {
      Optional<BigDecimal> number =
          NumberText.decimal(text, from, count).filter(n -> !NumberText.isTooLong(n));
      Optional<BigInteger> integer = number.flatMap(NumberText::integer);
      if (integer.filter(type::holds).isPresent()) {
        type.write(target.out(), integer.get().longValue());
      } else if (number.isPresent() && integer.isEmpty()) {
        refuse(new String(text, from, count), target);
      } else {
        target.problem(
            "must be an integer "
                + type.range()
                + ", was "
                + JsonPath.shorten(new String(text, from, count)));
      }
    }
  }

  private static final class DoubleReader extends ScalarReader {
    DoubleReader() {
      super(Kind.NUMBER, "a number between -1.7976931348623157e308 and 1.7976931348623157e308");
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      String number = new String(text, from, count);
      double value = Double.parseDouble(number);
      if (Double.isFinite(value)) {
        target.out().writeFixed64(Double.doubleToRawLongBits(value));
      } else {
        refuse(number, target);
      }
    }
  }

  private static final class FloatReader extends ScalarReader {
    FloatReader() {
      super(Kind.NUMBER, "a number between -3.4028235e38 and 3.4028235e38");
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      String number = new String(text, from, count);
      float value = Float.parseFloat(number);
      if (Float.isFinite(value)) {
        target.out().writeFixed32(Float.floatToRawIntBits(value));
      } else {
        refuse(number, target);
      }
    }
  }

  private static final class BoolReader extends ScalarReader {
    BoolReader() {
      super(Kind.BOOLEAN, "true or false");
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      switch (new String(text, from, count)) {
        case "true" -> target.out().writeVarint(1);
        case "false" -> target.out().writeVarint(0);
        case String other -> refuse(other, target);
      }
    }
  }

  private static final class EnumReader extends ScalarReader {
    private final SequencedMap<String, Integer> numbers;

    EnumReader(SequencedMap<String, Integer> numbers) {
      super(Kind.STRING, "one of " + String.join(", ", numbers.keySet()));
      this.numbers = numbers;
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      String name = new String(text, from, count);
      Integer number = numbers.get(name);
      if (number != null) {
        target.out().writeVarint(number);
      } else {
        refuse(name, target);
      }
    }
  }

  private static final class TextReader extends ScalarReader {
    TextReader() {
      super(Kind.STRING, "a string");
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      int start = target.out().begin();
      if (!target.out().writeText(text, from, count)) {
        target.problem(TextRules.fault(text, from, count));
      }
      target.out().end(start);
    }
  }

  /// Keeps the digits as they were sent; only an exponent is resolved.
  private static final class DecimalReader extends ScalarReader {
    DecimalReader() {
      super(Kind.NUMBER, "a number");
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      if (NumberText.isPlain(text, from, count)) {
        int start = target.out().begin();
        target.out().writeText(text, from, count);
        target.out().end(start);
        return;
      }
      Optional<BigDecimal> number =
          NumberText.decimal(text, from, count).filter(n -> !NumberText.isTooLong(n));
      if (number.isEmpty()) {
        target.problem("must be a number of at most " + NumberText.MAX_LENGTH + " digits");
        return;
      }
      int start = target.out().begin();
      byte[] plain = number.get().toPlainString().getBytes(StandardCharsets.US_ASCII);
      target.out().append(plain);
      target.out().end(start);
    }
  }

  private static final class BytesReader extends ScalarReader {
    BytesReader() {
      super(Kind.STRING, "a base64 string");
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      String encoded = new String(text, from, count);
      try {
        byte[] content = Base64.getDecoder().decode(encoded.replace('-', '+').replace('_', '/'));
        int start = target.out().begin();
        target.out().append(content);
        target.out().end(start);
      } catch (IllegalArgumentException e) {
        refuse(encoded, target);
      }
    }
  }
}
