package sextant.gateway.json;

/// Which text is accepted: everything PostgreSQL can store.
final class TextRules {
  private TextRules() {}

  static boolean isGood(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  /// Explains what is wrong with text that is not good.
  static String fault(char[] text, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (text[i] == 0) {
        return "must not contain the character U+0000";
      }
    }
    return "must not contain half of a surrogate pair";
  }

  static String fault(String text) {
    return fault(text.toCharArray(), 0, text.length());
  }
}
