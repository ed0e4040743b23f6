package sextant.segments.value;

/// A value that a field or a filter does not take. The message says what it must be, so that it
/// reads on after the name of the field.
public final class BadValue extends Exception {

  private static final long serialVersionUID = 1L;

  public BadValue(String message) {
    // No stack trace: this is an answer, not a fault, and must stay cheap in a bulk load.
    super(message, null, false, false);
  }
}
