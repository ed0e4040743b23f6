package sextant.gateway.json;

/// Writes `Timestamp` and `Duration`, which both are seconds and nanoseconds.
final class TimeWriter extends MessageValueWriter {
  private static final int SECONDS = WireType.tag(1, WireType.VARINT);
  private static final int NANOS = WireType.tag(2, WireType.VARINT);

  private final boolean instant;

  TimeWriter(WellKnown kind) {
    this.instant = kind == WellKnown.TIMESTAMP;
  }

  @Override
  void link(WriterCompiler compiler) {
    // Consists of numbers only.
  }

  @Override
  void write(WriteState state) throws MalformedWireException {
    WireCursor cursor = state.cursor;
    long seconds = 0;
    int nanos = 0;
    while (cursor.hasMore()) {
      int tag = cursor.readTag();
      if (tag == SECONDS) {
        seconds = cursor.readVarint();
      } else if (tag == NANOS) {
        nanos = (int) cursor.readVarint();
      } else {
        cursor.skip(tag);
      }
    }
    boolean inRange =
        instant ? TimestampText.inRange(seconds, nanos) : DurationText.inRange(seconds, nanos);
    if (!inRange) {
      throw new MalformedWireException(
          (instant ? "timestamp" : "duration") + " out of range: " + seconds + "s " + nanos + "ns");
    }
    if (instant) {
      TimestampText.write(state.out, seconds, nanos);
    } else {
      DurationText.write(state.out, seconds, nanos);
    }
  }
}
