package sextant.gateway.json;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// What writing one message needs besides the program: the output, a cursor, and a stack of frames.
/// A frame remembers for every field of one message where its value lies: the range of the last
/// one, or the first and last node of a chain of ranges. 0 means absent; no value starts at offset
/// 0, where the first tag is.
final class WriteState {
  /// Thrown when values do not come in order; the careful way sorts it out.
  static final MalformedWireException OUT_OF_ORDER = MalformedWireException.outOfOrder();

  private static final int MAX_DEPTH = 64;
  private static final int MAX_KEPT_BYTES = 1 << 20;

  final JsonBuffer out = new JsonBuffer(16 * 1024);
  final WireCursor cursor = new WireCursor();

  private int[] frames = new int[512];
  private int framesTop;

  /// Three numbers each: start, end, next. Node 0 is not used.
  private int[] nodes = new int[3 * 128];

  private int nodesTop;
  private int depth;
  private boolean hopeful;

  /// Begins a message. With hope, values are expected in order.
  void start(byte[] wire, boolean hopeful) {
    this.hopeful = hopeful;
    cursor.reset(wire, 0, wire.length);
    out.clear();
    framesTop = 0;
    nodesTop = 3;
    depth = 0;
  }

  boolean isHopeful() {
    return hopeful;
  }

  /// Whether nothing here grew so large that keeping it would waste memory.
  boolean worthKeeping() {
    return out.capacity() <= MAX_KEPT_BYTES
        && frames.length <= MAX_KEPT_BYTES / 4
        && nodes.length <= MAX_KEPT_BYTES / 4;
  }

  /// Goes one level deeper into the JSON.
  void descend() throws MalformedWireException {
    if (++depth > MAX_DEPTH) {
      throw new MalformedWireException("nested deeper than " + MAX_DEPTH);
    }
  }

  void ascend() {
    depth--;
  }

  /// Opens a frame and returns its base.
  int enter(int slots) {
    int base = framesTop + 1;
    int top = base + 2 * slots;
    if (top > frames.length) {
      frames = Arrays.copyOf(frames, Math.max(frames.length * 2, top));
    }
    frames[framesTop] = nodesTop;
    Arrays.fill(frames, base, top, 0);
    framesTop = top;
    return base;
  }

  void leave(int base) {
    framesTop = base - 1;
    nodesTop = frames[framesTop];
  }

  int first(int base, int slot) {
    return frames[base + 2 * slot];
  }

  int second(int base, int slot) {
    return frames[base + 2 * slot + 1];
  }

  void set(int base, int slot, int first, int second) {
    frames[base + 2 * slot] = first;
    frames[base + 2 * slot + 1] = second;
  }

  /// Adds a range to the chain of a field.
  void chain(int base, int slot, int start, int end) {
    int node = nodesTop;
    nodesTop += 3;
    if (nodesTop > nodes.length) {
      nodes = Arrays.copyOf(nodes, nodes.length * 2);
    }
    nodes[node] = start;
    nodes[node + 1] = end;
    nodes[node + 2] = 0;
    int at = base + 2 * slot;
    if (frames[at] == 0) {
      frames[at] = node;
    } else {
      nodes[frames[at + 1] + 2] = node;
    }
    frames[at + 1] = node;
  }

  int nodeStart(int node) {
    return nodes[node];
  }

  int nodeEnd(int node) {
    return nodes[node + 1];
  }

  int nextNode(int node) {
    return nodes[node + 2];
  }

  /// The ranges of a message that came in parts, one behind the other: parsing that is what merging
  /// the parts means.
  byte[] merge(byte[] wire, int first) {
    ByteArrayOutputStream merged = new ByteArrayOutputStream();
    for (int node = first; node != 0; node = nodes[node + 2]) {
      merged.write(wire, nodes[node], nodes[node + 1] - nodes[node]);
    }
    return merged.toByteArray();
  }

  /// Puts the cursor on the range of one node.
  void seek(byte[] wire, int node) {
    cursor.reset(wire, nodes[node], nodes[node + 1]);
  }
}
