package sextant.segments.value;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jooq.JSON;
import sextant.segments.v1.SchemaField;

/// Turns JSON into the values that columns hold, strictly: nothing is rounded, cut or guessed.
public final class FieldValue {

  /// Values of keys and unique fields are indexed; PostgreSQL limits how long those may be.
  private static final int MAX_KEY_LENGTH = 128;

  private static final int MAX_UNIQUE_LENGTH = 512;
  private static final int MICROS = 1_000;

  private FieldValue() {}

  /// The value of a column, never null.
  public static Object of(SchemaField field, Json json) throws BadValue {
    return switch (field.getDataType()) {
      case DATA_TYPE_TEXT, DATA_TYPE_VARCHAR -> text(field, textOf(json, "a string"));
      case DATA_TYPE_INTEGER -> integer(number(json, "an integer"));
      case DATA_TYPE_BIGINT -> bigint(number(json, "an integer"));
      case DATA_TYPE_DECIMAL, DATA_TYPE_NUMBER -> decimal(field, number(json, "a number"));
      case DATA_TYPE_FLOAT -> floating(number(json, "a number"));
      case DATA_TYPE_BOOLEAN -> {
        if (!(json instanceof Json.Bool bool)) {
          throw mustBe("true or false", json);
        }
        yield bool.value();
      }
      case DATA_TYPE_DATE -> date(textOf(json, "a date such as \"2026-03-16\""));
      case DATA_TYPE_TIMESTAMP ->
          timestamp(textOf(json, "a timestamp such as \"2026-03-16T14:30:00Z\""));
      case DATA_TYPE_JSON, DATA_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("not read from a parsed value: " + field);
    };
  }

  /// The value of a column from text as it stands in a CSV file.
  public static Object ofText(SchemaField field, String text) throws BadValue {
    return switch (field.getDataType()) {
      case DATA_TYPE_TEXT, DATA_TYPE_VARCHAR -> of(field, new Json.Text(text));
      case DATA_TYPE_DATE, DATA_TYPE_TIMESTAMP -> of(field, new Json.Text(text.strip()));
      case DATA_TYPE_INTEGER,
          DATA_TYPE_BIGINT,
          DATA_TYPE_DECIMAL,
          DATA_TYPE_NUMBER,
          DATA_TYPE_FLOAT ->
          of(field, numberIn(text.strip()));
      case DATA_TYPE_BOOLEAN ->
          switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "1" -> true;
            case "false", "f", "no", "n", "0" -> false;
            default -> throw new BadValue("must be true or false, was \"" + shown(text) + "\"");
          };
      case DATA_TYPE_JSON -> json(text);
      case DATA_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("a field without a type: " + field);
    };
  }

  /// JSON text, kept verbatim.
  public static JSON json(String text) throws BadValue {
    Json.parse(text);
    return JSON.json(text);
  }

  private static Json numberIn(String text) throws BadValue {
    try {
      if (Json.parse(text) instanceof Json.Num number) {
        return number;
      }
    } catch (BadValue notJson) {
      // said below
    }
    throw new BadValue("must be a number, was \"" + shown(text) + "\"");
  }

  private static String textOf(Json json, String expected) throws BadValue {
    if (!(json instanceof Json.Text text)) {
      throw mustBe(expected, json);
    }
    return text.value();
  }

  private static BigDecimal number(Json json, String expected) throws BadValue {
    if (!(json instanceof Json.Num number)) {
      throw mustBe(expected, json);
    }
    return number.value();
  }

  private static String text(SchemaField field, String text) throws BadValue {
    checkStorable(text);
    int limit =
        field.getIsPrimaryKey()
            ? MAX_KEY_LENGTH
            : field.getIsUnique() ? MAX_UNIQUE_LENGTH : Integer.MAX_VALUE;
    if (field.hasLength()) {
      limit = Math.min(limit, field.getLength());
    }
    if (text.length() > limit && text.codePointCount(0, text.length()) > limit) {
      throw new BadValue("must have at most " + limit + " characters");
    }
    if (field.getIsPrimaryKey() && text.isEmpty()) {
      throw new BadValue("must not be empty");
    }
    return text;
  }

  /// PostgreSQL stores any Unicode text but the character U+0000.
  static void checkStorable(String text) throws BadValue {
    for (int index = 0; index < text.length(); index++) {
      char unit = text.charAt(index);
      if (unit == 0) {
        throw new BadValue("must not contain the character U+0000");
      }
      if (Character.isSurrogate(unit)) {
        if (Character.isLowSurrogate(unit)
            || index + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(index + 1))) {
          throw new BadValue("must be valid Unicode, has half a surrogate pair");
        }
        index++;
      }
    }
  }

  private static Integer integer(BigDecimal number) throws BadValue {
    try {
      return number.intValueExact();
    } catch (ArithmeticException wrong) {
      throw new BadValue("must be an integer from -2147483648 to 2147483647");
    }
  }

  private static Long bigint(BigDecimal number) throws BadValue {
    try {
      return number.longValueExact();
    } catch (ArithmeticException wrong) {
      throw new BadValue("must be an integer from -9223372036854775808 to 9223372036854775807");
    }
  }

  private static BigDecimal decimal(SchemaField field, BigDecimal number) throws BadValue {
    if (!field.hasPrecision()) {
      return number;
    }
    BigDecimal shortest = number.stripTrailingZeros();
    int before = field.getPrecision() - field.getScale();
    if (shortest.signum() != 0 && shortest.precision() - shortest.scale() > before
        || shortest.scale() > field.getScale()) {
      throw new BadValue(
          "must have at most %d digits before and %d after the point"
              .formatted(before, field.getScale()));
    }
    return number;
  }

  private static Double floating(BigDecimal number) throws BadValue {
    double value = number.doubleValue();
    // PostgreSQL refuses what underflows to zero as well.
    if (!Double.isFinite(value) || (value == 0 && number.signum() != 0)) {
      throw new BadValue("must fit a 64-bit floating point number");
    }
    return value;
  }

  static LocalDate date(String text) throws BadValue {
    try {
      LocalDate date =
          LocalDate.parse(
              text,
              text.length() == 8
                  ? DateTimeFormatter.BASIC_ISO_DATE
                  : DateTimeFormatter.ISO_LOCAL_DATE);
      checkYear(date);
      return date;
    } catch (DateTimeException wrong) {
      throw new BadValue("must be a date such as \"2026-03-16\", was \"" + shown(text) + "\"");
    }
  }

  static Instant timestamp(String text) throws BadValue {
    try {
      Instant instant = instant(text);
      checkYear(LocalDate.ofInstant(instant, ZoneOffset.UTC));
      if (instant.getNano() % MICROS != 0) {
        throw new BadValue("must have at most 6 digits of fractional seconds");
      }
      return instant;
    } catch (DateTimeException wrong) {
      throw new BadValue(
          "must be a timestamp such as \"2026-03-16T14:30:00Z\", was \"" + shown(text) + "\"");
    }
  }

  private static Instant instant(String text) {
    if (text.length() == 8 || text.length() == 10) {
      return LocalDate.parse(
              text,
              text.length() == 8
                  ? DateTimeFormatter.BASIC_ISO_DATE
                  : DateTimeFormatter.ISO_LOCAL_DATE)
          .atStartOfDay()
          .toInstant(ZoneOffset.UTC);
    }
    boolean hasOffset =
        text.endsWith("Z")
            || text.endsWith("z")
            || text.lastIndexOf('+') > 10
            || text.lastIndexOf('-') > 10;
    return hasOffset
        ? OffsetDateTime.parse(text.replace(' ', 'T')).toInstant()
        : LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
  }

  private static void checkYear(LocalDate date) {
    if (date.getYear() < 1 || date.getYear() > 9999) {
      throw new DateTimeException("year out of range");
    }
  }

  private static BadValue mustBe(String expected, Json actual) {
    return new BadValue("must be " + expected + ", was " + actual.kind());
  }

  private static String shown(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
