package sextant.standalone;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// The routes that the mesh serves, as its own documentation lists them: what tests hold their
/// tables against, so that a new route cannot be forgotten.
public final class Routes {

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
                    .forEach(
                        method ->
                            routes.add(
                                method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey())));
    return routes;
  }

  /// Whether `call` goes to `route`.
  public static boolean matches(String route, Call call) {
    String path = route.substring(route.indexOf(' ') + 1).replaceAll("\\{[^}]*}", "[^/]+");
    return route.startsWith(call.method() + " ")
        && call.path().replaceFirst("\\?.*", "").matches(path);
  }
}
