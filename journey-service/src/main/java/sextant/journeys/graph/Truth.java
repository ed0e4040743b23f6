package sextant.journeys.graph;

/// The three truth values of SQL: what compares with an unknown value is unknown, and so is its
/// opposite. A condition holds only when it is true.
enum Truth {
  FALSE,
  UNKNOWN,
  TRUE;

  static Truth of(boolean value) {
    return value ? TRUE : FALSE;
  }

  Truth and(Truth other) {
    return compareTo(other) < 0 ? this : other;
  }

  Truth or(Truth other) {
    return compareTo(other) > 0 ? this : other;
  }

  Truth not() {
    return values()[TRUE.ordinal() - ordinal()];
  }
}
