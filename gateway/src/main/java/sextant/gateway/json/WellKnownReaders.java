package sextant.gateway.json;

import java.util.Optional;
import java.util.OptionalLong;

/// Readers of the messages that are a single token in JSON.
final class WellKnownReaders {
  private static final int SECONDS = WireType.tag(1, WireType.VARINT);
  private static final int NANOS = WireType.tag(2, WireType.VARINT);
  private static final int PATHS = WireType.tag(1, WireType.DELIMITED);

  private WellKnownReaders() {}

  private static void writeTime(WireBuffer out, long seconds, int nanos) {
    int start = out.begin();
    out.writeVarint(SECONDS);
    out.writeVarint(seconds);
    if (nanos != 0) {
      out.writeVarint(NANOS);
      out.writeVarint(nanos);
    }
    out.end(start);
  }

  static final class TimestampReader extends ScalarReader {
    TimestampReader() {
      super(Kind.STRING, "a date and time with an offset such as 2026-01-31T10:00:00.000Z");
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      String instant = new String(text, from, count);
      OptionalLong seconds = TimestampText.seconds(instant);
      if (seconds.isPresent()) {
        writeTime(target.out(), seconds.getAsLong(), TimestampText.nanos(instant));
      } else {
        refuse(instant, target);
      }
    }
  }

  static final class DurationReader extends ScalarReader {
    DurationReader() {
      super(Kind.STRING, "a number of seconds such as \"1.5s\"");
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      String span = new String(text, from, count);
      Optional<DurationText.Parts> parts = DurationText.read(span);
      if (parts.isPresent()) {
        writeTime(target.out(), parts.get().seconds(), parts.get().nanos());
      } else {
        refuse(span, target);
      }
    }
  }

  static final class FieldMaskReader extends ScalarReader {
    FieldMaskReader() {
      super(Kind.STRING, "field names separated by commas such as \"name,windowDays\"");
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      String paths = new String(text, from, count);
      if (!paths.matches("([A-Za-z0-9.]+(,[A-Za-z0-9.]+)*)?")) {
        refuse(paths, target);
        return;
      }
      int start = target.out().begin();
      if (!paths.isEmpty()) {
        for (String path : paths.split(",")) {
          writePath(target.out(), FieldMaskText.toSnake(path));
        }
      }
      target.out().end(start);
    }
  }

  static void writePath(WireBuffer out, String path) {
    out.writeVarint(PATHS);
    int start = out.begin();
    out.writeText(path.toCharArray(), 0, path.length());
    out.end(start);
  }

  /// `Int32Value` and its like.
  static final class WrapperReader extends ScalarReader {
    private final int tag;
    private final ScalarReader value;

    WrapperReader(int tag, ScalarReader value) {
      super(value.kind(), value.expected());
      this.tag = tag;
      this.value = value;
    }

    @Override
    void accept(char[] text, int from, int count, Target target) {
      int start = target.out().begin();
      target.out().writeVarint(tag);
      value.accept(text, from, count, target);
      target.out().end(start);
    }
  }
}
