package sextant.gateway.json;

/// Where a reader leaves what it read: the value on the wire, or what is wrong with it. After a
/// problem the wire means nothing any more.
interface Target {
  WireBuffer out();

  /// Reports a problem with the value being read.
  void problem(String message);
}
