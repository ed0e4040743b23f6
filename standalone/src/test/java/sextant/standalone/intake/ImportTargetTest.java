package sextant.standalone.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sextant.kit.mesh.MeshTls;
import sextant.kit.rpc.RpcServer;
import sextant.kit.testing.Certificates;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.kit.testing.MeshKey;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;
import sextant.standalone.SextantProcess;

/// Imports into a service that was not started by `up`, with the mesh's key and certificates.
class ImportTargetTest {

  private static final String KEY = new String(MeshKey.BYTES);

  @TempDir private Path folder;

  @Test
  void theMeshLetsInWhoHasItsKeyAndItsCertificates() throws Exception {
    Certificates authority = new Certificates("mesh");
    Path server = authority.write(folder.resolve("server"), "server");
    String client = authority.write(folder.resolve("client"), "client").toString();
    try (EmbeddedDatabase database = EmbeddedDatabase.empty();
        MetricsServer metrics =
            MetricsServer.start(
                new MetricsConfig(
                    new RpcServer.Binding("127.0.0.1", 0, "", Optional.of(MeshTls.in(server)), 10),
                    database.config(MetricsConfig.ROLE),
                    List.of(MeshKey.BYTES),
                    Duration.ZERO),
                InstantSource.system())) {
      String target = "127.0.0.1:" + metrics.port();
      assertThat(importTo(target, Map.of("SEXTANT_MESH_KEY", KEY, "SEXTANT_MESH_TLS", client)))
          .startsWith("0 2 recorded, 0 already there, 0 rejected");
      assertThat(importTo(target, Map.of("SEXTANT_MESH_KEY", KEY)))
          .startsWith("1 ")
          .contains("the import ended early (UNAVAILABLE");
      assertThat(
              importTo(
                  target, Map.of("SEXTANT_MESH_KEY", KEY + " other", "SEXTANT_MESH_TLS", client)))
          .startsWith("1 ")
          .contains("the import ended early (UNAUTHENTICATED");
      assertThat(importTo(target, Map.of("SEXTANT_MESH_TLS", client)))
          .startsWith("1 ")
          .contains("SEXTANT_MESH_KEY is not set");
    }
  }

  /// Exit code and what was said.
  private String importTo(String target, Map<String, String> settings)
      throws IOException, InterruptedException {
    Path file =
        Files.writeString(folder.resolve("a.csv"), "who,day\nc1,2026-01-01\nc2,2026-01-02\n");
    List<String> command = new ArrayList<>(List.of("import", "interactions", file.toString()));
    command.addAll(List.of("--type=t", "--customer=who", "--time=day", "--target", target));
    try (SextantProcess process =
        SextantProcess.start(folder, settings, command.toArray(String[]::new))) {
      return process.exitCode() + " " + process.output() + process.errors();
    }
  }
}
