package sextant.gateway.json;

import java.util.Arrays;

/// Where in the document the reader is. Cheap to keep, rendered only for a problem.
final class JsonPath {
  private static final int MAX_KEY = 100;

  /// In place of an index: the step is a key, or the subscript of a map.
  private static final int KEY = -1;

  private static final int SUBSCRIPT = -2;

  private String[] keys = new String[16];
  private int[] indexes = new int[16];
  private int depth;

  void clear() {
    depth = 0;
  }

  int depth() {
    return depth;
  }

  void enter(String key) {
    enter(key, KEY);
  }

  /// Goes to the first element of a list; `index` moves on to the next ones.
  void enterList() {
    enter("", 0);
  }

  void index(int index) {
    indexes[depth - 1] = index;
  }

  /// Goes to the value of a map under this key, which is quoted when keys are strings.
  void enterMap(String key, boolean quoted) {
    String shown = shorten(key);
    enter(quoted ? "\"" + shown.replace("\"", "\\\"") + "\"" : shown, SUBSCRIPT);
  }

  void leave() {
    depth--;
  }

  private void enter(String key, int index) {
    if (depth == keys.length) {
      keys = Arrays.copyOf(keys, depth * 2);
      indexes = Arrays.copyOf(indexes, depth * 2);
    }
    keys[depth] = key;
    indexes[depth++] = index;
  }

  static String shorten(String text) {
    return text.length() <= MAX_KEY ? text : text.substring(0, MAX_KEY) + "...";
  }

  @Override
  public String toString() {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      if (indexes[i] == KEY) {
        path.append(path.isEmpty() ? "" : ".").append(shorten(keys[i]));
      } else {
        path.append('[').append(indexes[i] == SUBSCRIPT ? keys[i] : indexes[i]).append(']');
      }
    }
    return path.toString();
  }
}
