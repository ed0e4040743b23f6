package sextant.standalone.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Requests to every route, made from its documentation and then spoiled.
final class Requests {

  /// A request as it goes over the wire. `route` as the documentation has it.
  record Request(String route, String method, byte[] bytes) {

    @Override
    public String toString() {
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      return text.substring(0, Math.min(text.length(), 3_000));
    }
  }

  private record Route(String method, String path, JsonNode operation) {}

  private final Random random;
  private final Values values;
  private final List<String> ids;
  private final List<Route> routes = new ArrayList<>();

  Requests(Random random, JsonNode document, List<String> ids) {
    this.random = random;
    this.values = new Values(random, document, ids);
    this.ids = ids;
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            routes.add(
                                new Route(
                                    method.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey(),
                                    method.getValue()))));
  }

  int routes() {
    return routes.size();
  }

  /// The request for the `number`-th try: every route gets its turn.
  Request next(int number) {
    Route route = routes.get(number % routes.size());
    String method =
        values.chance(0.02)
            ? values.any(List.of("PATCH", "HEAD", "OPTIONS", "TRACE"))
            : route.method();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ascii(out, method + " " + target(route) + " HTTP/1.1\r\nHost: localhost\r\n");
    ascii(out, headers(route));
    byte[] body = body(route);
    if (body.length > 0 || values.chance(0.5)) {
      ascii(out, "Content-Length: " + body.length + "\r\n");
      ascii(out, contentType());
    }
    ascii(out, "\r\n");
    out.writeBytes(body);
    return new Request(route.method() + " " + route.path(), method, out.toByteArray());
  }

  private static void ascii(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private String target(Route route) {
    String path = route.path();
    while (path.contains("{")) {
      int from = path.indexOf('{');
      path = path.substring(0, from) + segment() + path.substring(path.indexOf('}') + 1);
    }
    List<String> query = new ArrayList<>();
    for (JsonNode parameter : route.operation().path("parameters")) {
      if (parameter.path("in").asText().equals("query")) {
        boolean required = parameter.path("required").asBoolean();
        if (values.chance(required ? 0.95 : 0.35)) {
          query.add(parameter.get("name").asText() + "=" + encoded(parameter.path("schema")));
        }
      }
    }
    if (values.chance(0.05)) {
      query.add(
          values.any(
              List.of(
                  "a=b",
                  "=",
                  "%zz=1",
                  "x=%f",
                  "limit=1&limit=2",
                  "type=%00",
                  "cursor=" + "A".repeat(500),
                  "&&&",
                  "id")));
    }
    return query.isEmpty() ? path : path + "?" + String.join("&", query);
  }

  private String encoded(JsonNode schema) {
    String text = values.text(schema);
    if (values.chance(0.03)) {
      return values.any(List.of("%zz", "%", "%c3%28", "%ff%fe", "%00", "a%0d%0ab", "%ed%a0%80"));
    }
    String short_ = text.length() > 2_000 ? text.substring(0, 2_000) : text;
    return URLEncoder.encode(short_, StandardCharsets.UTF_8);
  }

  private String segment() {
    if (values.chance(0.8)) {
      return URLEncoder.encode(values.any(ids), StandardCharsets.UTF_8);
    }
    return values.any(
        List.of(
            "0",
            "%00",
            "%2F",
            "..",
            "%2e%2e",
            "a%0d%0ab",
            "%ff",
            "%zz",
            "x".repeat(300),
            "'",
            "%27%20or%201%3d1",
            "null",
            ";",
            "%F0%9F%98%80"));
  }

  private String headers(Route route) {
    StringBuilder headers = new StringBuilder();
    header(headers, "X-Tenant-Id", 0.97, "fuzz", "", "a/b", "*", "x".repeat(65), "é", "fuzz,other");
    header(headers, "X-User-Role", 0.1, "admin", "root", "VIEWER", "");
    header(headers, "X-Request-Id", 0.2, "r1", "a b", "<x>", "y".repeat(100), "\u0001");
    header(headers, "Accept", 0.1, "application/json", "text/html", "*/*;q=x");
    header(headers, "Authorization", 0.05, "Bearer x", "Basic !!!", "");
    header(headers, "X-Api-Key", 0.05, "krn_x", "");
    header(headers, "Cookie", 0.05, "a=b; c");
    if (route.method().equals("POST")) {
      header(
          headers,
          "Idempotency-Key",
          0.2,
          "k" + random.nextInt(20),
          "",
          "a b",
          "z".repeat(300),
          "é");
    }
    return headers.toString();
  }

  /// The first value is a good one.
  private void header(StringBuilder headers, String name, double probability, String... all) {
    if (values.chance(probability)) {
      String value = values.chance(0.9) ? all[0] : values.any(List.of(all));
      headers.append(name).append(": ").append(value).append("\r\n");
    }
  }

  private String contentType() {
    return "Content-Type: "
        + (values.chance(0.96)
            ? "application/json"
            : values.any(
                List.of(
                    "text/plain",
                    "application/json; charset=utf-16",
                    "application/grpc",
                    "x",
                    "",
                    "application/json;;",
                    "multipart/form-data")))
        + "\r\n"
        + (values.chance(0.01) ? "Content-Encoding: gzip\r\n" : "");
  }

  private byte[] body(Route route) {
    JsonNode content = route.operation().path("requestBody").path("content");
    if (content.isEmpty() && values.chance(0.97)) {
      return new byte[0];
    }
    String json = values.json(content.path("application/json").path("schema"));
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    if (values.chance(0.9)) {
      return body;
    }
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(body, body.length / 2);
      case 1 -> new byte[0];
      case 2 -> flipped(body);
      case 3 -> "[".repeat(2_000).getBytes(StandardCharsets.UTF_8);
      case 4 -> ("\ufeff" + json).getBytes(StandardCharsets.UTF_8);
      case 5 -> (json + json).getBytes(StandardCharsets.UTF_8);
      case 6 -> ("[" + json + "]").getBytes(StandardCharsets.UTF_8);
      default -> json.getBytes(StandardCharsets.UTF_16);
    };
  }

  private byte[] flipped(byte[] body) {
    byte[] changed = body.length == 0 ? new byte[] {'{'} : body.clone();
    for (int count = 1 + random.nextInt(3); count > 0; count--) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return changed;
  }
}
