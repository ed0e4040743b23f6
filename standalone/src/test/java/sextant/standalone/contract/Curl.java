package sextant.standalone.contract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sextant.standalone.Call;

/// Reads curl command lines as a shell would, as far as the documents use one.
public final class Curl {

  private static final Pattern VARIABLE = Pattern.compile("\\$([A-Z_]+)");

  private Curl() {}

  /// `variables` are the shell's: `$ID` in words and double quotes.
  public static Call parse(String command, Map<String, String> variables) {
    String method = null;
    String url = null;
    String body = "";
    Map<String, String> headers = new HashMap<>();
    List<String> words = words(command, variables);
    for (int index = 1; index < words.size(); index++) {
      String word = words.get(index);
      switch (word) {
        case "-X", "--request" -> method = words.get(++index);
        case "-d", "--data" -> body = words.get(++index);
        case "-H", "--header" -> {
          String[] header = words.get(++index).split(":", 2);
          headers.put(header[0].strip(), header[1].strip());
        }
        case "--url" -> url = words.get(++index);
        case "-s", "-i", "-si" -> {}
        default -> {
          if (word.startsWith("-") || url != null) {
            throw new IllegalArgumentException("not understood: " + word + " in " + command);
          }
          url = word;
        }
      }
    }
    if (url == null) {
      throw new IllegalArgumentException("no URL in " + command);
    }
    String path = url.replaceFirst("^(https?://)?[^/]*", "");
    String implied = body.isEmpty() ? "GET" : "POST";
    return new Call(method == null ? implied : method, path, headers, body);
  }

  private static List<String> words(String command, Map<String, String> variables) {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    for (int at = 0; at < command.length(); at++) {
      char c = command.charAt(at);
      if (Character.isWhitespace(c)) {
        if (word != null) {
          words.add(word.toString());
          word = null;
        }
        continue;
      }
      if (c == '\\' && command.charAt(at + 1) == '\n') {
        at++;
        continue;
      }
      word = word == null ? new StringBuilder() : word;
      if (c == '\\') {
        word.append(command.charAt(++at));
      } else if (c == '\'') {
        int end = command.indexOf('\'', at + 1);
        word.append(command, at + 1, end);
        at = end;
      } else if (c == '"') {
        int end = at + 1;
        StringBuilder quoted = new StringBuilder();
        for (; command.charAt(end) != '"'; end++) {
          end += command.charAt(end) == '\\' ? 1 : 0;
          quoted.append(command.charAt(end));
        }
        word.append(substitute(quoted.toString(), variables));
        at = end;
      } else {
        int end = at;
        while (end < command.length() && " \n'\"\\".indexOf(command.charAt(end)) < 0) {
          end++;
        }
        word.append(substitute(command.substring(at, end), variables));
        at = end - 1;
      }
    }
    if (word != null) {
      words.add(word.toString());
    }
    return words;
  }

  /// `text` with its variables replaced by their values.
  static String substitute(String text, Map<String, String> variables) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            match -> {
              String value = variables.get(match.group(1));
              if (value == null) {
                throw new IllegalArgumentException("no value for $" + match.group(1));
              }
              return Matcher.quoteReplacement(value);
            });
  }
}
