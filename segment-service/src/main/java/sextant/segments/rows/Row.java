package sextant.segments.rows;

import java.util.BitSet;

/// A row as it came in: one value per field of the schema, by position. A value is null when the
/// row says null, and `ABSENT` when the row does not mention the field.
record Row(int index, Object[] values) {

  static final Object ABSENT = new Object();

  boolean has(int position) {
    return values[position] != ABSENT;
  }

  /// Which fields the row mentions.
  BitSet mentioned() {
    BitSet mentioned = new BitSet(values.length);
    for (int position = 0; position < values.length; position++) {
      mentioned.set(position, has(position));
    }
    return mentioned;
  }

  /// This row with the values that `later` mentions.
  Row overlaid(Row later) {
    Object[] merged = values.clone();
    for (int position = 0; position < merged.length; position++) {
      if (later.has(position)) {
        merged[position] = later.values[position];
      }
    }
    return new Row(later.index, merged);
  }
}
