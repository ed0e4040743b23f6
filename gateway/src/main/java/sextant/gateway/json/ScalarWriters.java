package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Arrays;
import java.util.Base64;
import sextant.http.v1.Field;
import sextant.http.v1.RawJson;

/// The writers of all scalar kinds.
final class ScalarWriters {
  private static final long UNSIGNED = 0xFFFFFFFFL;

  private ScalarWriters() {}

  static ScalarWriter of(FieldDescriptor field) {
    return switch (field.getType()) {
      case INT32,
          INT64,
          UINT32,
          UINT64,
          SINT32,
          SINT64,
          FIXED32,
          FIXED64,
          SFIXED32,
          SFIXED64,
          FLOAT,
          DOUBLE ->
          new Numeric(field.getType());
      case BOOL -> new Bool();
      case ENUM ->
          field.getEnumType().getFullName().equals("google.protobuf.NullValue")
              ? new Null()
              : new EnumWriter(new EnumNames(field.getEnumType()));
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

  private static final class Numeric extends ScalarWriter {
    private final FieldDescriptor.Type type;

    Numeric(FieldDescriptor.Type type) {
      super("0");
      this.type = type;
    }

    @Override
    void write(WriteState state) throws MalformedWireException {
      JsonBuffer out = state.out;
      WireCursor cursor = state.cursor;
      switch (type) {
        case INT32 -> out.writeLong((int) cursor.readVarint());
        case INT64 -> out.writeLong(cursor.readVarint());
        case UINT32 -> out.writeLong(cursor.readVarint() & UNSIGNED);
        case UINT64 -> out.writeUnsignedLong(cursor.readVarint());
        case SINT32 -> out.writeLong(zigzag(cursor.readVarint() & UNSIGNED));
        case SINT64 -> out.writeLong(zigzag(cursor.readVarint()));
        case FIXED32 -> out.writeLong(cursor.readFixed32() & UNSIGNED);
        case FIXED64 -> out.writeUnsignedLong(cursor.readFixed64());
        case SFIXED32 -> out.writeLong(cursor.readFixed32());
        case SFIXED64 -> out.writeLong(cursor.readFixed64());
        case FLOAT -> DoubleText.write(out, Float.intBitsToFloat(cursor.readFixed32()));
        case DOUBLE -> DoubleText.write(out, Double.longBitsToDouble(cursor.readFixed64()));
        default -> throw new IllegalStateException(type + " is not numeric");
      }
    }

    private static long zigzag(long encoded) {
      return encoded >>> 1 ^ -(encoded & 1);
    }
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

  /// `NullValue`, whatever its number.
  private static final class Null extends ScalarWriter {
    Null() {
      super("null");
    }

    @Override
    void write(WriteState state) throws MalformedWireException {
      state.cursor.readVarint();
      state.out.write(JsonBuffer.NULL);
    }
  }

  private static final class EnumWriter extends ScalarWriter {
    private final EnumNames names;

    EnumWriter(EnumNames names) {
      super(names.text(0));
      this.names = names;
    }

    @Override
    void write(WriteState state) throws MalformedWireException {
      state.out.write(names.text((int) state.cursor.readVarint()));
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
      byte[] content = Arrays.copyOfRange(cursor.bytes, cursor.position, cursor.limit);
      state.out.write('"');
      state.out.write(Base64.getEncoder().encode(content));
      state.out.write('"');
    }
  }
}
