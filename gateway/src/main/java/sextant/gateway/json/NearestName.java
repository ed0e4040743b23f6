package sextant.gateway.json;

import java.util.List;

/// Guesses which field was meant by an unknown key.
final class NearestName {
  private static final int MAX_LISTED = 40;

  private NearestName() {}

  static String unknownField(String key, List<String> known) {
    String nearest = "";
    int least = Integer.MAX_VALUE;
    for (String name : known) {
      int allowed = Math.max(1, name.length() / 3);
      if (Math.abs(name.length() - key.length()) <= allowed) {
        int distance = distance(key, name);
        if (distance <= allowed && distance < least) {
          least = distance;
          nearest = name;
        }
      }
    }
    if (!nearest.isEmpty()) {
      return "is not a known field; did you mean \"" + nearest + "\"?";
    }
    return known.isEmpty()
        ? "is not a known field; there are none"
        : "is not a known field; known are "
            + String.join(", ", known.subList(0, Math.min(known.size(), MAX_LISTED)));
  }

  /// Levenshtein distance, upper and lower case being the same.
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        int replaced = diagonal + (same ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
