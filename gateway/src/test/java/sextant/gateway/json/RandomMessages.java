package sextant.gateway.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Random;

/// Random messages of any type, full of values at the edge.
final class RandomMessages {
  private static final double[] DOUBLES = {
    0.0,
    -0.0,
    1,
    12,
    -1.5,
    0.1,
    0.3,
    1e-5,
    1e-6,
    1e-7,
    1e20,
    1e21,
    1.5e21,
    1e22,
    123456789.125,
    9007199254740991.0,
    9007199254740992.0,
    9007199254740994.0,
    9.2e18,
    1.8446744073709552e19,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    4.35,
    0.5855
  };
  private static final float[] FLOATS = {
    0f, -0f, 1f, 0.1f, 3.4e38f, 1e-7f, 1e21f, 16777216f, 16777217f, Float.MIN_VALUE, Float.MAX_VALUE
  };
  private static final long[] LONGS = {
    0,
    1,
    -1,
    9,
    10,
    99,
    100,
    127,
    128,
    255,
    999,
    1000,
    65535,
    1L << 31,
    -1L << 31,
    (1L << 31) - 1,
    (1L << 53) - 1,
    1L << 53,
    (1L << 53) + 1,
    -(1L << 53) - 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final List<String> STRINGS =
      List.of(
          "",
          "a",
          "plain text",
          "exactly8",
          "sixteen bytes ok",
          "\"",
          "\\",
          "a\"b\\c/d",
          "\b\f\n\r\t",
          "\u0001\u001f\u007f",
          "Zürich",
          "日本語のテキスト",
          "😀😀",
          "long ASCII text "
              + "that takes a couple of words and then \u00e9 and so on until the end",
          "\u2028\u2029\uFFFF\uFEFF",
          "</script>",
          "1234567\"",
          "12345678\\");

  private final Random random;
  private final boolean everything;

  private RandomMessages(Random random, boolean everything) {
    this.random = random;
    this.everything = everything;
  }

  /// Whatever a message can hold.
  static RandomMessages any(Random random) {
    return new RandomMessages(random, true);
  }

  /// Only what JSON can say and a reader accepts, so that nothing is lost on the way: no NaN, no
  /// unnamed enum numbers, no U+0000, whole milliseconds.
  static RandomMessages readable(Random random) {
    return new RandomMessages(random, false);
  }

  Message message(Message type, int depth) {
    Message.Builder builder = type.newBuilderForType();
    switch (type.getDescriptorForType().getFullName()) {
      case "google.protobuf.Timestamp" -> {
        set(builder, 1, random.nextBoolean() ? instant() : random.nextInt(2_000_000_000));
        int nanos = random.nextInt(1_000_000_000);
        set(builder, 2, everything ? nanos : nanos / 1_000_000 * 1_000_000);
      }
      case "google.protobuf.Duration" -> {
        int sign = random.nextBoolean() ? 1 : -1;
        set(builder, 1, sign * (random.nextLong(315_576_000_000L) >> random.nextInt(38)));
        set(
            builder,
            2,
            sign * (random.nextBoolean() ? 500_000_000 : random.nextInt(1_000_000_000)));
      }
      case "google.protobuf.FieldMask" -> {
        FieldDescriptor paths = builder.getDescriptorForType().findFieldByNumber(1);
        for (int i = random.nextInt(4); i > 0; i--) {
          builder.addRepeatedField(paths, List.of("a", "window_days", "a.b_c").get(i - 1));
        }
      }
      default -> {
        for (FieldDescriptor field : type.getDescriptorForType().getFields()) {
          fill(builder, field, depth);
        }
        boolean value = type.getDescriptorForType().getFullName().equals("google.protobuf.Value");
        if (value && builder.getAllFields().isEmpty()) {
          set(builder, 4, true);
        }
      }
    }
    return builder.build();
  }

  private long instant() {
    return random.nextLong(TimestampText.MIN_SECONDS, TimestampText.MAX_SECONDS + 1);
  }

  private static void set(Message.Builder builder, int number, Object value) {
    builder.setField(builder.getDescriptorForType().findFieldByNumber(number), value);
  }

  private void fill(Message.Builder builder, FieldDescriptor field, int depth) {
    boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    boolean dynamic =
        message && field.getMessageType().getFullName().equals("google.protobuf.Value");
    boolean entry = field.getContainingType().getOptions().getMapEntry() && !everything;
    boolean skip = random.nextInt(3) == 0 && !dynamic && !entry;
    if (skip || message && depth <= 0 && !dynamic) {
      return;
    }
    if (field.isRepeated()) {
      for (int i = random.nextInt(4); i > 0; i--) {
        builder.addRepeatedField(field, value(builder, field, depth));
      }
    } else {
      builder.setField(field, value(builder, field, depth));
    }
  }

  private Object value(Message.Builder builder, FieldDescriptor field, int depth) {
    boolean inStruct = field.getFullName().startsWith("google.protobuf.Value");
    return switch (field.getJavaType()) {
      case INT -> (int) integer();
      case LONG -> integer();
      case FLOAT -> real((float) random.nextGaussian());
      case DOUBLE -> real(inStruct);
      case BOOLEAN -> random.nextBoolean();
      case STRING -> string();
      case BYTE_STRING -> ByteString.copyFrom(bytes());
      case ENUM -> enumValue(field);
      case MESSAGE -> {
        Message entry =
            field.isMapField() || field.isRepeated()
                ? builder.newBuilderForField(field).getDefaultInstanceForType()
                : (Message) builder.getField(field);
        yield message(entry, depth - 1);
      }
    };
  }

  private long integer() {
    return random.nextBoolean()
        ? LONGS[random.nextInt(LONGS.length)]
        : random.nextLong() >> random.nextInt(64);
  }

  private float real(float ordinary) {
    if (everything && random.nextInt(20) == 0) {
      return List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)
          .get(random.nextInt(3));
    }
    float chosen = FLOATS[random.nextInt(FLOATS.length)];
    return positiveZero(random.nextBoolean() ? ordinary : chosen);
  }

  private double real(boolean finite) {
    if (everything && !finite && random.nextInt(20) == 0) {
      return List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)
          .get(random.nextInt(3));
    }
    double value =
        switch (random.nextInt(4)) {
          case 0 -> DOUBLES[random.nextInt(DOUBLES.length)];
          case 1 -> random.nextInt(1_000_000) / Math.pow(10, random.nextInt(8));
          case 2 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
          default -> Double.longBitsToDouble(random.nextLong());
        };
    return positiveZero(Double.isFinite(value) ? value : 1);
  }

  private float positiveZero(float value) {
    return !everything && value == 0 ? 0 : value;
  }

  private double positiveZero(double value) {
    return !everything && value == 0 ? 0 : value;
  }

  private String string() {
    if (random.nextBoolean()) {
      return STRINGS.get(random.nextInt(STRINGS.size()));
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      int c =
          switch (random.nextInt(8)) {
            case 0 -> 1 + random.nextInt(0x9F);
            case 1 -> 1 + random.nextInt(0xD7FF);
            case 2 -> 0x10000 + random.nextInt(0x100000);
            default -> ' ' + random.nextInt(95);
          };
      text.appendCodePoint(c);
    }
    return everything && random.nextInt(20) == 0 ? text.append('\0').toString() : text.toString();
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return bytes;
  }

  private Object enumValue(FieldDescriptor field) {
    if (everything && random.nextInt(6) == 0) {
      return field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(1000) - 500);
    }
    List<EnumValueDescriptor> values = field.getEnumType().getValues();
    boolean nameless = values.getFirst().getName().endsWith("_UNSPECIFIED") && !everything;
    return values.get(
        nameless ? 1 + random.nextInt(values.size() - 1) : random.nextInt(values.size()));
  }
}
