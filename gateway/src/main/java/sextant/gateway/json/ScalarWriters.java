package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Base64;
import sextant.http.v1.Field;
import sextant.http.v1.RawJson;

/// The writers of all scalar kinds.
final class ScalarWriters {
  private ScalarWriters() {}

  static ScalarWriter of(FieldDescriptor field) {
    return switch (field.getType()) {
      case INT32 -> numeric(s -> s.out.writeLong((int) s.cursor.readVarint()));
      case INT64 -> numeric(s -> s.out.writeLong(s.cursor.readVarint()));
      case UINT32 -> numeric(s -> s.out.writeLong(s.cursor.readVarint() & 0xFFFFFFFFL));
      case UINT64 -> numeric(s -> s.out.writeUnsignedLong(s.cursor.readVarint()));
      case SINT32 ->
          numeric(s -> s.out.writeLong((int) zigzag(s.cursor.readVarint() & 0xFFFFFFFFL)));
      case SINT64 -> numeric(s -> s.out.writeLong(zigzag(s.cursor.readVarint())));
      case FIXED32 -> numeric(s -> s.out.writeLong(s.cursor.readFixed32() & 0xFFFFFFFFL));
      case FIXED64 -> numeric(s -> s.out.writeUnsignedLong(s.cursor.readFixed64()));
      case SFIXED32 -> numeric(s -> s.out.writeLong(s.cursor.readFixed32()));
      case SFIXED64 -> numeric(s -> s.out.writeLong(s.cursor.readFixed64()));
      case FLOAT ->
          numeric(s -> DoubleText.write(s.out, Float.intBitsToFloat(s.cursor.readFixed32())));
      case DOUBLE ->
          numeric(s -> DoubleText.write(s.out, Double.longBitsToDouble(s.cursor.readFixed64())));
      case BOOL -> new Bool();
      case ENUM -> new EnumWriter(new EnumNames(field.getEnumType()));
      case STRING -> string(ContractOptions.of(field));
      case BYTES -> new Bytes();
      case MESSAGE, GROUP -> throw new IllegalArgumentException(field + " is not a scalar");
    };
  }

  private static ScalarWriter string(Field options) {
    if (options.getDecimal()) {
      return new Decimal();
    }
    return options.getRawJson() == RawJson.RAW_JSON_UNSPECIFIED ? new Text() : new Raw();
  }

  private static long zigzag(long encoded) {
    return encoded >>> 1 ^ -(encoded & 1);
  }

  private interface Number {
    void write(WriteState state) throws MalformedWireException;
  }

  private static ScalarWriter numeric(Number number) {
    return new ScalarWriter("0") {
      @Override
      void write(WriteState state) throws MalformedWireException {
        number.write(state);
      }
    };
  }

  private static final class Bool extends ScalarWriter {
    private static final byte[] TRUE = JsonBuffer.ascii("true");
    private static final byte[] FALSE = JsonBuffer.ascii("false");

    Bool() {
      super("false");
    }

    @Override
    void write(WriteState state) throws MalformedWireException {
      state.out.write(state.cursor.readVarint() != 0 ? TRUE : FALSE);
    }
  }

  private static final class EnumWriter extends ScalarWriter {
    private final EnumNames names;

    EnumWriter(EnumNames names) {
      super(new String(names.byNumber().get(0), java.nio.charset.StandardCharsets.US_ASCII));
      this.names = names;
    }

    @Override
    void write(WriteState state) throws MalformedWireException {
      int number = (int) state.cursor.readVarint();
      byte[] name = names.byNumber().get(number);
      if (name != null) {
        state.out.write(name);
      } else {
        state.out.writeLong(number);
      }
    }
  }

  private static final class Text extends ScalarWriter {
    Text() {
      super("\"\"");
    }

    @Override
    void write(WriteState state) throws MalformedWireException {
      WireCursor cursor = state.cursor;
      state.out.writeString(cursor.bytes, cursor.position, cursor.limit);
    }
  }

  /// Text that is a JSON number goes out as it is. The empty string is zero like any unset number;
  /// what is no number at all becomes `null`, as NaN does.
  private static final class Decimal extends ScalarWriter {
    Decimal() {
      super("0");
    }

    @Override
    void write(WriteState state) {
      WireCursor cursor = state.cursor;
      if (!cursor.hasMore()) {
        state.out.write('0');
      } else if (JsonScanner.isNumber(cursor.bytes, cursor.position, cursor.limit)) {
        state.out.write(cursor.bytes, cursor.position, cursor.limit);
      } else {
        state.out.write(JsonBuffer.NULL);
      }
    }
  }

  /// Text that is JSON goes out as it is, anything else as `null`.
  private static final class Raw extends ScalarWriter {
    Raw() {
      super("null");
    }

    @Override
    void write(WriteState state) throws MalformedWireException {
      WireCursor cursor = state.cursor;
      if (Utf8.validUntil(cursor.bytes, cursor.position, cursor.limit) < cursor.limit) {
        throw new MalformedWireException("a string is not UTF-8");
      }
      if (JsonScanner.isJson(cursor.bytes, cursor.position, cursor.limit)) {
        state.out.write(cursor.bytes, cursor.position, cursor.limit);
      } else {
        state.out.write(JsonBuffer.NULL);
      }
    }
  }

  private static final class Bytes extends ScalarWriter {
    Bytes() {
      super("\"\"");
    }

    @Override
    void write(WriteState state) {
      WireCursor cursor = state.cursor;
      byte[] content = java.util.Arrays.copyOfRange(cursor.bytes, cursor.position, cursor.limit);
      state.out.write('"');
      state.out.write(Base64.getEncoder().encode(content));
      state.out.write('"');
    }
  }
}
