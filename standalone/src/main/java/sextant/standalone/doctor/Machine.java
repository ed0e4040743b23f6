package sextant.standalone.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The machine the mesh shall run on.
final class Machine {

  private static final int JDK = 25;
  private static final long LEAST_FREE_BYTES = 1L << 30;
  private static final int PATIENCE_SECONDS = 20;

  private final Path data;

  Machine(Path data) {
    this.data = data;
  }

  Finding jdk() {
    Runtime.Version version = Runtime.version();
    String home = System.getProperty("java.home");
    return version.feature() == JDK
        ? Finding.well("JDK %s in %s", version, home)
        : Finding.ill("JDK %s in %s: install a JDK %d", version, home, JDK);
  }

  /// Only building needs it.
  Finding maven() {
    String home = System.getenv().getOrDefault("MAVEN_HOME", "");
    String answer = output(home.isEmpty() ? "mvn" : home + "/bin/mvn", "-q", "--version");
    String version = answer.lines().findFirst().orElse("");
    return answer.isEmpty()
        ? Finding.ill("no Maven: install Maven 3.8.7 or newer, or set MAVEN_HOME")
        : Finding.well("Maven %s", version.replaceAll("\\x1b\\[[0-9;]*m|Apache Maven ", ""));
  }

  Finding dataFolder() {
    Path existing = data.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
        return Finding.ill("data folder %s: %s is not writable", data, existing);
      }
      return free < LEAST_FREE_BYTES
          ? Finding.ill("data folder %s: only %,d MiB are free; make room", data, free >> 20)
          : Finding.well("data folder %s, %,d MiB free", data, free >> 20);
    } catch (IOException failure) {
      return Finding.ill("data folder %s: %s", data, failure);
    }
  }

  /// PostgreSQL refuses to be root, so root starts it in a user namespace.
  Finding embeddedPostgres() {
    if (!System.getProperty("user.name").equals("root")) {
      return Finding.well("embedded PostgreSQL: runs as %s", System.getProperty("user.name"));
    }
    return output("unshare", "--user", "echo", "works").strip().equals("works")
        ? Finding.well("embedded PostgreSQL: root may use a user namespace")
        : Finding.ill(
            "embedded PostgreSQL: root may not use a user namespace here: start as another user, or use --database-url");
  }

  /// Empty when the program is not there or fails.
  private static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes());
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0
          ? text
          : "";
    } catch (IOException missing) {
      return "";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
