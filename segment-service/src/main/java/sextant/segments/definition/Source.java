package sextant.segments.definition;

import sextant.segments.v1.Schema;

/// A table that a definition reads: number 0 is the base, the others are joined, in order. `name`
/// is what qualifies its fields.
record Source(int number, String name, Schema schema) {}
