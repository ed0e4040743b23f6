package sextant.gateway.contract;

import com.google.api.HttpRule;

/// One HTTP rule of an RPC.
///
/// @param httpMethod `GET`, `PUT`, ...; empty when the rule has none
/// @param path such as `/api/v1/segments/{id}`
/// @param body `*`, the name of a request field, or empty when parameters carry everything
/// @param responseBody the name of the response field that is the whole answer, or empty
public record HttpBinding(String httpMethod, String path, String body, String responseBody) {

  static HttpBinding of(HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> of("GET", rule.getGet(), rule);
      case PUT -> of("PUT", rule.getPut(), rule);
      case POST -> of("POST", rule.getPost(), rule);
      case DELETE -> of("DELETE", rule.getDelete(), rule);
      case PATCH -> of("PATCH", rule.getPatch(), rule);
      case CUSTOM -> of(rule.getCustom().getKind(), rule.getCustom().getPath(), rule);
      case PATTERN_NOT_SET -> of("", "", rule);
    };
  }

  private static HttpBinding of(String httpMethod, String path, HttpRule rule) {
    return new HttpBinding(httpMethod, path, rule.getBody(), rule.getResponseBody());
  }
}
