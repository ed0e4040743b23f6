package sextant.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;

/// An HTTP request to the mesh.
public record Call(String method, String path, Map<String, String> headers, String body) {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public Call {
    headers = new TreeMap<>(headers);
  }

  public static Call get(String path) {
    return new Call("GET", path, Map.of(), "");
  }

  public static Call delete(String path) {
    return new Call("DELETE", path, Map.of(), "");
  }

  public static Call post(String path) {
    return new Call("POST", path, Map.of(), "");
  }

  /// With a JSON body.
  public static Call post(String path, String json) {
    return post(path).json(json);
  }

  /// With a JSON body.
  public static Call put(String path, String json) {
    return new Call("PUT", path, Map.of(), "").json(json);
  }

  public Call json(String json) {
    return new Call(method, path, headers, json).with("Content-Type", "application/json");
  }

  public Call with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Call(method, path, more, body);
  }

  public Call tenant(String tenant) {
    return with("X-Tenant-Id", tenant);
  }

  public Call role(String role) {
    return with("X-User-Role", role);
  }

  public Reply sendTo(String base) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.headers(), response.body());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
