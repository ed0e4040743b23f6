package sextant.gateway.json;

/// Paths of a field mask: `window_days` on the wire, `windowDays` in JSON.
final class FieldMaskText {
  private FieldMaskText() {}

  static String toCamel(String snake) {
    StringBuilder camel = new StringBuilder();
    boolean raise = false;
    for (int i = 0; i < snake.length(); i++) {
      char c = snake.charAt(i);
      if (c != '_') {
        camel.append(raise ? Character.toUpperCase(c) : c);
      }
      raise = c == '_';
    }
    return camel.toString();
  }

  static String toSnake(String camel) {
    StringBuilder snake = new StringBuilder();
    for (int i = 0; i < camel.length(); i++) {
      char c = camel.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        snake.append('_').append((char) (c - 'A' + 'a'));
      } else {
        snake.append(c);
      }
    }
    return snake.toString();
  }
}
