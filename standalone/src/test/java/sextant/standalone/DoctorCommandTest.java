package sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `sextant doctor` on machines that are well and that are not.
class DoctorCommandTest {

  @RegisterExtension private static final MeshExtension mesh = MeshExtension.open();

  @TempDir private static Path folder;

  private static Commands.Result doctor(String line) {
    return Commands.run(("doctor --data " + folder + " " + line).split(" "));
  }

  private static String url(String user) {
    return mesh.database().url().replace("jdbc:", "").replace("://", "://" + user + "@");
  }

  @Test
  void aRunningMeshIsFoundAndAsked() {
    mesh.leaveRunFile();
    assertThat(doctor("--port " + mesh.mesh().port()).out())
        .contains("ok    JDK 25", "ok    a mesh runs on port", "ok    it is ready", "MiB free");
  }

  @Test
  void takenPortsAreNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Commands.Result result = doctor("--port " + (taken.getLocalPort() - 1));
      assertThat(result.out())
          .containsPattern("FAIL  ports \\[.*\\b" + taken.getLocalPort() + "\\b.*\\] are in use");
      assertThat(result.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void aDatabaseIsLookedOver() {
    assertThat(doctor("--database-url " + url("postgres")).out())
        .contains(
            "ok    database jdbc:postgresql:",
            "ok    postgres may create schemas and roles",
            "ok    the clock agrees");
    mesh.database().asOwner(owner -> owner.execute("create role weak login"));
    try {
      Commands.Result weak = doctor("--database-url " + url("weak"));
      assertThat(weak.out()).contains("FAIL  weak needs CREATEROLE");
      assertThat(weak.exitCode()).isEqualTo(1);
    } finally {
      mesh.database().asOwner(owner -> owner.execute(DSL.sql("drop role weak")));
    }
  }

  @Test
  void aDatabaseOutOfReachIsNoStackTrace() {
    Commands.Result result = doctor("--database-url postgres://me@127.0.0.1:1/none");
    assertThat(result.out())
        .contains("FAIL  database: cannot use jdbc:postgresql://127.0.0.1:1/none");
    assertThat(result.out() + result.err()).doesNotContain("\tat ");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void aFolderThatIsNoneIsNamed() {
    Commands.Result result = Commands.run("doctor", "--data", "/dev/null/x");
    assertThat(result.out()).contains("FAIL  data folder /dev/null/x: /dev/null is not writable");
  }
}
