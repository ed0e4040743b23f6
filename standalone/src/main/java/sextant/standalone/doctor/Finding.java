package sextant.standalone.doctor;

/// What one look at the machine found.
///
/// @param isWell whether Sextant can work with it
/// @param text what was found and, when it is not well, what to do about it
record Finding(boolean isWell, String text) {

  static Finding well(String text, Object... values) {
    return new Finding(true, text.formatted(values));
  }

  static Finding ill(String text, Object... values) {
    return new Finding(false, text.formatted(values));
  }
}
