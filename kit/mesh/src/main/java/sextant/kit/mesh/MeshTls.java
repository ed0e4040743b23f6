package sextant.kit.mesh;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Mutual TLS within the mesh, from a folder with `tls.crt` (this process's certificate, then its
/// issuers), `tls.key` (its key, PKCS #8) and `ca.crt` (whom to trust), all PEM: what cert-manager
/// and Kubernetes secrets provide. Exchanged files count within seconds, for new connections; files
/// that cannot be used leave the old ones in force.
public final class MeshTls {

  private static final Logger log = LoggerFactory.getLogger(MeshTls.class);
  private static final int LOOK_SECONDS = 5;
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("mesh-tls").factory());

  private final Path folder;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;
  private List<FileTime> loaded = List.of();

  private MeshTls(Path folder) throws GeneralSecurityException {
    this.folder = folder;
    this.trust = AdvancedTlsX509TrustManager.newBuilder().build();
  }

  /// Looks at the folder for as long as the process lives, as do the connections that use it.
  public static MeshTls in(Path folder) {
    try {
      MeshTls tls = new MeshTls(folder);
      tls.load();
      CLOCK.scheduleWithFixedDelay(tls::reload, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
      return tls;
    } catch (IOException | GeneralSecurityException unusable) {
      throw new IllegalArgumentException("no usable TLS files in " + folder, unusable);
    }
  }

  /// Takes the files anew when they changed.
  public synchronized void reload() {
    try {
      if (!times().equals(loaded)) {
        load();
        log.info("took new TLS files from {}", folder);
      }
    } catch (IOException | GeneralSecurityException | RuntimeException unusable) {
      log.error(
          "the TLS files in {} cannot be used, the old ones stay: {}", folder, unusable.toString());
    }
  }

  private void load() throws IOException, GeneralSecurityException {
    List<FileTime> times = times();
    trust.updateTrustCredentials(file("ca.crt"));
    keys.updateIdentityCredentials(file("tls.crt"), file("tls.key"));
    loaded = times;
  }

  private List<FileTime> times() throws IOException {
    List<FileTime> times = new ArrayList<>();
    for (String name : List.of("tls.crt", "tls.key", "ca.crt")) {
      times.add(Files.getLastModifiedTime(folder.resolve(name)));
    }
    return times;
  }

  private File file(String name) {
    return folder.resolve(name).toFile();
  }

  ChannelCredentials client() {
    return TlsChannelCredentials.newBuilder().keyManager(keys).trustManager(trust).build();
  }

  /// Nobody connects without a certificate of the mesh.
  public ServerCredentials server() {
    return TlsServerCredentials.newBuilder()
        .keyManager(keys)
        .trustManager(trust)
        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
        .build();
  }

  @Override
  public String toString() {
    return "MeshTls[" + folder + "]";
  }
}
