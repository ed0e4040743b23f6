package sextant.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes a map as an object, in the order of the wire. Of entries with the same key the last one
/// gives the value.
final class MapWriter extends FieldWriter {
  private static final byte[] EMPTY = JsonBuffer.ascii("{}");
  private static final int KEY = 0;
  private static final int VALUE = 1;

  private final FieldTable entry;
  private final ScalarWriter key;
  private final boolean quoted;
  private final ValueWriter value;
  private final boolean chained;

  MapWriter(FieldDescriptor field, ValueWriter value) {
    super(field, EMPTY, omits(field));
    Descriptor type = field.getMessageType();
    FieldDescriptor keyField = type.findFieldByNumber(1);
    this.entry = new FieldTable(type);
    this.key = ScalarWriters.of(keyField);
    this.quoted = keyField.getType() == FieldDescriptor.Type.STRING;
    this.value = value;
    this.chained = FieldSlot.isChained(type.findFieldByNumber(2));
  }

  @Override
  void writePresent(WriteState state, byte[] wire, int first, int last)
      throws MalformedWireException {
    int start = state.out.length();
    if (first == last) {
      writeEntry(state, wire, first);
    } else {
      for (int node : distinct(state, wire, first).values()) {
        writeEntry(state, wire, node);
      }
    }
    state.out.close(start, '{', '}');
  }

  @Override
  int writeRun(WriteState state, byte[] wire, int position, int limit)
      throws MalformedWireException {
    int base = state.enter(1);
    int at = position;
    while (isTag(wire, at, limit)) {
      open(state.cursor, wire, at, limit);
      at = state.cursor.limit;
      state.chain(base, 0, state.cursor.position, at);
    }
    writePresent(state, wire, state.first(base, 0), state.second(base, 0));
    state.leave(base);
    return at;
  }

  private void writeEntry(WriteState state, byte[] wire, int node) throws MalformedWireException {
    state.seek(wire, node);
    int base = entry.scan(state);
    state.out.write(',');
    writeKey(state, wire, base);
    state.out.write(':');
    int first = state.first(base, VALUE);
    int last = state.second(base, VALUE);
    if (first == 0) {
      value.writeUnset(state);
    } else {
      SingularWriter.seek(state, wire, first, last, chained);
      value.write(state);
    }
    state.leave(base);
  }

  private void writeKey(WriteState state, byte[] wire, int base) throws MalformedWireException {
    if (!quoted) {
      state.out.write('"');
    }
    if (state.first(base, KEY) == 0) {
      key.writeUnset(state);
    } else {
      state.cursor.reset(wire, state.first(base, KEY), state.second(base, KEY));
      key.write(state);
    }
    if (!quoted) {
      state.out.write('"');
    }
  }

  /// The entry nodes that count, by the JSON text of their key.
  private Map<String, Integer> distinct(WriteState state, byte[] wire, int first)
      throws MalformedWireException {
    Map<String, Integer> nodes = new LinkedHashMap<>();
    for (int node = first; node != 0; node = state.nextNode(node)) {
      state.seek(wire, node);
      int base = entry.scan(state);
      int start = state.out.length();
      writeKey(state, wire, base);
      nodes.put(state.out.takeSince(start), node);
      state.leave(base);
    }
    return nodes;
  }
}
