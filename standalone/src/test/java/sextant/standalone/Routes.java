package sextant.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// The routes that the mesh serves for metrics and keys, as its own documentation lists them: what
/// tests hold their tables against, so that a new route cannot be forgotten. The other domains'
/// routes are held to the same on gRPC, in the tests of their services.
public final class Routes {

  private static final Set<String> DOMAINS = Set.of("metrics", "access");

  private Routes() {}

  /// Such as `GET /api/v1/behavioral-metrics/{id}`.
  public static Set<String> of(MeshExtension mesh) {
    Set<String> routes = new TreeSet<>();
    mesh.send(Call.get("/openapi.json"))
        .expect(200)
        .json()
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .propertyStream()
                    .filter(method -> DOMAINS.contains(domain(method.getValue())))
                    .forEach(
                        method ->
                            routes.add(
                                method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey())));
    return routes;
  }

  private static String domain(JsonNode operation) {
    return operation.get("tags").get(0).asText().replaceFirst("\\..*", "");
  }

  /// Whether `call` goes to `route`.
  public static boolean matches(String route, Call call) {
    String path = route.substring(route.indexOf(' ') + 1).replaceAll("\\{[^}]*}", "[^/]+");
    return route.startsWith(call.method() + " ")
        && call.path().replaceFirst("\\?.*", "").matches(path);
  }
}
