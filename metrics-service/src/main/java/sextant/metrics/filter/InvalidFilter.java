package sextant.metrics.filter;

/// A filter that is not allowed; the message says what and what would be.
public final class InvalidFilter extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidFilter(String message) {
    super(message, null, false, false);
  }
}
