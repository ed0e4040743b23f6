package sextant.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import sextant.gateway.GatewayConfig;
import sextant.standalone.postgres.EmbeddedPostgres;

/// `sextant train`: starts a mesh, uses it a little and stops. The launcher runs it once per build
/// with `-XX:AOTCacheOutput`, so that later starts find their classes loaded and linked.
@Command(name = "train", hidden = true)
final class TrainCommand implements Callable<Integer> {

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path temporary = Files.createTempDirectory("sextant-train-");
    try (DataFolder folder = DataFolder.open(temporary);
        EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.postgres())) {
      MeshOptions options =
          new MeshOptions(
              "127.0.0.1",
              0,
              GatewayConfig.AuthMode.OPEN,
              postgres.access(),
              folder.meshKey(),
              Duration.ofSeconds(1));
      try (Mesh mesh = Mesh.start(options, InstantSource.system());
          HttpClient http = HttpClient.newHttpClient()) {
        for (String path : List.of("/readyz", "/openapi.json", "/api/v1/behavioral-metrics")) {
          HttpRequest request =
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + mesh.port() + path))
                  .header("X-Tenant-Id", "training")
                  .build();
          http.send(request, HttpResponse.BodyHandlers.discarding());
        }
      }
      return 0;
    } finally {
      Folders.delete(temporary);
    }
  }
}
