package sextant.standalone.intake;

/// A row that cannot be taken: the column or field at fault and why.
final class RowRejection extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long line;
  private final String field;

  RowRejection(long line, String field, String reason) {
    super(reason, null, false, false);
    this.line = line;
    this.field = field;
  }

  long line() {
    return line;
  }

  String field() {
    return field;
  }
}
