package sextant.metrics.filter;

/// What the values of a field are. Only values of one kind are compared.
enum Kind {
  TEXT("a text"),
  NUMBER("a number"),
  INSTANT("an instant such as 2026-03-16T10:00:00Z"),
  FLAG("true or false");

  private final String words;

  Kind(String words) {
    this.words = words;
  }

  /// For messages: "... must be a number".
  String words() {
    return words;
  }
}
