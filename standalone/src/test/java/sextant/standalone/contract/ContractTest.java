package sextant.standalone.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.standalone.Call;
import sextant.standalone.MeshExtension;

/// The documents' examples, replayed: each file in `contract/` is one, on an empty mesh.
class ContractTest {

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  private static final Path FOLDER = Path.of("src/test/resources/contract");

  @TestFactory
  Stream<DynamicTest> examplesAreAnsweredAsDocumented() throws IOException {
    return files().stream()
        .map(file -> dynamicTest(FOLDER.relativize(file).toString(), () -> replay(file)));
  }

  private static void replay(Path file) throws IOException {
    MESH.clear();
    Map<String, String> variables = new HashMap<>();
    for (Exchange exchange : Exchange.read(file)) {
      exchange.verify(MESH.send(exchange.call(variables)), variables);
    }
  }

  /// A route without an example fails here.
  @Test
  void everyRouteHasAnExample() throws IOException {
    Set<String> uncovered = new TreeSet<>();
    MESH.send(Call.get("/openapi.json"))
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
                            uncovered.add(
                                method.getKey().toUpperCase(java.util.Locale.ROOT)
                                    + " "
                                    + path.getKey())));
    assertThat(uncovered).contains("GET /api/v1/behavioral-metrics/{id}/values");
    for (Path file : files()) {
      for (Exchange exchange : Exchange.read(file)) {
        uncovered.removeIf(route -> matches(route, exchange.curl()));
      }
    }
    assertThat(uncovered).as("routes without an example in " + FOLDER).isEmpty();
  }

  private static boolean matches(String route, String curl) {
    Call call = Curl.parse(curl.replace("$", ""), Map.of());
    String path = route.substring(route.indexOf(' ') + 1).replaceAll("\\{[^}]*}", "[^/]+");
    return route.startsWith(call.method() + " ")
        && call.path().replaceFirst("\\?.*", "").matches(path);
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".http")).sorted().toList();
    }
  }
}
