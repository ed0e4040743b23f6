package sextant.gateway.json;

/// Checks the grammar of JSON text that is passed on as it is. The text is known to be UTF-8.
final class JsonScanner {
  private static final int MAX_DEPTH = 64;

  private final byte[] text;
  private final int to;
  private int at;

  private JsonScanner(byte[] text, int from, int to) {
    this.text = text;
    this.at = from;
    this.to = to;
  }

  /// Whether the range is one JSON value, white space around it allowed.
  static boolean isJson(byte[] text, int from, int to) {
    JsonScanner scanner = new JsonScanner(text, from, to);
    return scanner.value(0) && scanner.atEnd();
  }

  /// Whether the range is exactly one JSON number.
  static boolean isNumber(byte[] text, int from, int to) {
    JsonScanner scanner = new JsonScanner(text, from, to);
    return scanner.number() && scanner.at == to;
  }

  private boolean atEnd() {
    skipSpace();
    return at == to;
  }

  private boolean value(int depth) {
    skipSpace();
    return switch (peek()) {
      case '{' -> depth < MAX_DEPTH && object(depth + 1);
      case '[' -> depth < MAX_DEPTH && array(depth + 1);
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    };
  }

  private boolean object(int depth) {
    at++;
    skipSpace();
    if (take('}')) {
      return true;
    }
    do {
      skipSpace();
      if (peek() != '"' || !string()) {
        return false;
      }
      skipSpace();
      if (!take(':') || !value(depth)) {
        return false;
      }
      skipSpace();
    } while (take(','));
    return take('}');
  }

  private boolean array(int depth) {
    at++;
    skipSpace();
    if (take(']')) {
      return true;
    }
    do {
      if (!value(depth)) {
        return false;
      }
      skipSpace();
    } while (take(','));
    return take(']');
  }

  private boolean string() {
    at++;
    while (at < to) {
      byte next = text[at++];
      if (next == '"') {
        return true;
      }
      if (next >= 0 && next < ' ' || next == '\\' && !escape()) {
        return false;
      }
    }
    return false;
  }

  private boolean escape() {
    int letter = peek();
    at++;
    if (letter != 'u') {
      return letter > 0 && "\"\\/bfnrt".indexOf(letter) >= 0;
    }
    for (int i = 0; i < 4; i++, at++) {
      if (Character.digit(peek(), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private boolean number() {
    take('-');
    if (!take('0') && !digits()) {
      return false;
    }
    if (take('.') && !digits()) {
      return false;
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      return digits();
    }
    return true;
  }

  private boolean digits() {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at > start;
  }

  private boolean literal(String word) {
    for (int i = 0; i < word.length(); i++, at++) {
      if (peek() != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void skipSpace() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      at++;
    }
  }

  private boolean take(char c) {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  /// The next byte, or -1 at the end, which no byte of a JSON token is.
  private int peek() {
    return at < to ? text[at] : -1;
  }
}
