package sextant.standalone;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import sextant.gateway.GatewayConfig;
import sextant.kit.db.DatabaseConfig;
import sextant.standalone.postgres.DatabaseAccess;

/// What a mesh in one JVM needs to know.
///
/// @param host address to listen on
/// @param port of the gateway; the services follow it, see [#grpcPort]; 0 takes free ones
/// @param auth who the gateway lets in
/// @param database where everything is stored
/// @param meshKey signs caller tokens between gateway and services
/// @param pollInterval pause of background work when there is none; zero turns background work off
public record MeshOptions(
    String host,
    int port,
    GatewayConfig.AuthMode auth,
    DatabaseAccess database,
    byte[] meshKey,
    Duration pollInterval) {

  /// Connections per service: enough for two cores' worth of work, few enough for four services on
  /// one embedded server.
  private static final int POOL_SIZE = 16;

  /// The TCP port of the service that is `place`-th after the gateway.
  int grpcPort(int place) {
    return port == 0 ? 0 : port + place;
  }

  /// A service's login. Its password follows from the mesh key, so that nothing has to be stored
  /// and a repeated start sets the same one.
  DatabaseConfig database(String role) {
    return new DatabaseConfig(
        database.url(),
        role,
        password(role),
        database.owner(),
        database.ownerPassword(),
        POOL_SIZE);
  }

  private String password(String role) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(meshKey, "HmacSHA256"));
      byte[] text = ("database role " + role).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(mac.doFinal(text));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has HmacSHA256", impossible);
    }
  }

  /// Leaves the secrets out of logs.
  @Override
  public String toString() {
    return "MeshOptions[host=%s, port=%d, auth=%s, database=%s]"
        .formatted(host, port, auth, database);
  }
}
