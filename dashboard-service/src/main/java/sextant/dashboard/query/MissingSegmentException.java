package sextant.dashboard.query;

/// A segment was asked for that does not exist or has no view: an answer with a warning, no error.
final class MissingSegmentException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MissingSegmentException(String warning) {
    super(warning, null, false, false);
  }
}
