package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;

/// Writes protobuf messages of one type, given on the wire, as JSON. Thread-safe.
///
/// Fields come in the order declared. 64-bit integers are numbers. Zero, false, empty strings,
/// lists and maps are always printed; an absent message or optional field is `null`, or left out
/// where the contract says so. Numbers are printed as JavaScript prints them, NaN and the
/// infinities as `null`. A timestamp always has three fraction digits and a `Z`.
public final class JsonWriter {
  private static final Pool<WriteState> STATES = new Pool<>(WriteState::new);

  private final MessageValueWriter program;

  JsonWriter(MessageValueWriter program) {
    this.program = program;
  }

  /// Returns the whole message as JSON.
  public byte[] write(byte[] wire) throws MalformedWireException {
    return run(wire, program::write);
  }

  /// Returns the JSON of one field's value, `null` or the default when it is absent.
  public byte[] writeField(byte[] wire, FieldDescriptor field) throws MalformedWireException {
    return run(wire, state -> message().writeField(state, field));
  }

  /// Returns the JSON of the first element of a list, `null` when it is empty.
  public byte[] writeFirstElement(byte[] wire, FieldDescriptor repeated)
      throws MalformedWireException {
    return run(wire, state -> message().writeFirstElement(state, repeated));
  }

  /// Reads a top-level boolean from the wire. Of several values the last one counts; none is false.
  public static boolean readBoolean(byte[] wire, int fieldNumber) throws MalformedWireException {
    WireCursor cursor = new WireCursor();
    cursor.reset(wire, 0, wire.length);
    boolean value = false;
    while (cursor.hasMore()) {
      int tag = cursor.readTag();
      if (tag == WireType.tag(fieldNumber, WireType.VARINT)) {
        value = cursor.readVarint() != 0;
      } else {
        cursor.skip(tag);
      }
    }
    return value;
  }

  private MessageWriter message() {
    if (program instanceof MessageWriter message) {
      return message;
    }
    throw new IllegalStateException("a well-known type has no fields in JSON");
  }

  private interface Step {
    void run(WriteState state) throws MalformedWireException;
  }

  private static byte[] run(byte[] wire, Step step) throws MalformedWireException {
    WriteState state = STATES.take();
    try {
      state.start(wire, true);
      step.run(state);
    } catch (MalformedWireException hopeless) {
      // Out of order, or truly malformed: the careful way knows.
      state.start(wire, false);
      step.run(state);
    }
    byte[] json = state.out.toByteArray();
    if (state.worthKeeping()) {
      STATES.giveBack(state);
    }
    return json;
  }
}
