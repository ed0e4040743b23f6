package sextant.gateway;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;

/// What came back over HTTP.
public record Answer(int status, Map<String, String> headers, String body) {

  static Answer of(HttpResponse<String> response) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
    return new Answer(response.statusCode(), headers, response.body());
  }

  /// Status and body, without the request id that every error carries.
  public String text() {
    String plain = body.replaceAll(",\"requestId\":\"[^\"]+\"", "");
    return (status + " " + plain).strip();
  }
}
