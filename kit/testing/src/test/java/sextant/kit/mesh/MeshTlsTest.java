package sextant.kit.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sextant.kit.config.Env;
import sextant.kit.rpc.RpcServer;
import sextant.kit.testing.Certificates;

/// Whoever has no certificate of the mesh is not part of it.
class MeshTlsTest {

  @TempDir Path folder;

  private static void call(String target, Optional<MeshTls> tls) {
    ManagedChannel channel = Channels.open(target, tls);
    try {
      Replica.stub(channel).withDeadlineAfter(10, TimeUnit.SECONDS).createMetric(Replica.CREATE);
    } finally {
      channel.shutdownNow();
    }
  }

  private MeshTls files(Certificates authority, String name) {
    return MeshTls.in(authority.write(folder.resolve(name), name));
  }

  @Test
  void bothSidesShowCertificatesOfTheMesh() {
    Certificates mesh = new Certificates("mesh");
    try (Replica replica = new Replica(0, Optional.of(files(mesh, "server")), 10)) {
      call(replica.address(), Optional.of(files(mesh, "client")));
      call("localhost:" + replica.port() + ";" + replica.address(), Optional.of(files(mesh, "c")));
      assertThat(replica.calls).hasValue(2);
      Optional<MeshTls> stranger = Optional.of(files(new Certificates("other"), "stranger"));
      assertThatThrownBy(() -> call(replica.address(), stranger)).hasMessageContaining("UNAVAIL");
      assertThatThrownBy(() -> call(replica.address(), Optional.empty()))
          .hasMessageContaining("UNAVAILABLE");
      assertThat(replica.calls).hasValue(2);
    }
  }

  @Test
  void newFilesCountWithoutARestartAndBadOnesDoNot() throws IOException {
    MeshTls files = files(new Certificates("old"), "server");
    try (Replica replica = new Replica(0, Optional.of(files), 10)) {
      Certificates replacement = new Certificates("new");
      Optional<MeshTls> client = Optional.of(files(replacement, "client"));
      assertThatThrownBy(() -> call(replica.address(), client)).hasMessageContaining("UNAVAILABLE");
      replacement.write(folder.resolve("server"), "server");
      touch(1);
      files.reload();
      call(replica.address(), client);
      Files.writeString(folder.resolve("server/tls.key"), "no key");
      touch(2);
      files.reload();
      call(replica.address(), client);
    }
  }

  /// Files written within the same tick of the clock have to differ, too.
  private void touch(int seconds) throws IOException {
    Files.setLastModifiedTime(
        folder.resolve("server/tls.key"), FileTime.from(Instant.now().plusSeconds(seconds)));
  }

  @Test
  void aFolderWithoutFilesIsAProblemOfTheSettings() {
    Env env = new Env(Map.of("SEXTANT_MESH_TLS", folder.toString()));
    assertThat(RpcServer.Binding.tls(env)).isEmpty();
    assertThatThrownBy(env::check)
        .hasMessageContaining("SEXTANT_MESH_TLS must be a folder with tls.crt, tls.key");
  }
}
