package sextant.gateway.edge;

import com.linecorp.armeria.common.TlsKeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate of the JSON API, from a folder with `tls.crt` (then its issuers) and `tls.key`,
/// both PEM. Exchanged files count for new connections; files that cannot be used leave the old
/// ones in force.
public final class EdgeTls {

  private static final Logger log = LoggerFactory.getLogger(EdgeTls.class);

  private final Path folder;
  private List<FileTime> loaded;
  private TlsKeyPair pair;

  private EdgeTls(Path folder) throws IOException {
    this.folder = folder;
    this.loaded = times();
    this.pair = read();
  }

  public static EdgeTls in(Path folder) {
    try {
      return new EdgeTls(folder);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException("no TLS files in " + folder, unreadable);
    }
  }

  /// What the files say now; the same object as before when they did not change.
  synchronized TlsKeyPair current() {
    try {
      List<FileTime> times = times();
      if (!times.equals(loaded)) {
        pair = read();
        loaded = times;
        log.info("took new TLS files from {}", folder);
      }
    } catch (IOException | RuntimeException unusable) {
      log.error(
          "the TLS files in {} cannot be used, the old ones stay: {}", folder, unusable.toString());
    }
    return pair;
  }

  private TlsKeyPair read() {
    return TlsKeyPair.of(folder.resolve("tls.key").toFile(), folder.resolve("tls.crt").toFile());
  }

  private List<FileTime> times() throws IOException {
    return List.of(
        Files.getLastModifiedTime(folder.resolve("tls.crt")),
        Files.getLastModifiedTime(folder.resolve("tls.key")));
  }

  @Override
  public String toString() {
    return "EdgeTls[" + folder + "]";
  }
}
