package sextant.gateway;

import java.time.InstantSource;
import java.util.Locale;
import sextant.access.v1.Role;
import sextant.gateway.auth.ApiKeys;
import sextant.kit.config.Env;
import sextant.kit.telemetry.ServiceProcess;

/// Starts the gateway from environment variables. `create-key TENANT ROLE NAME` instead makes an
/// API key and prints it: how the first key of a mesh comes to be.
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0) {
      createKey(GatewayConfig.from(Env.system()), arguments);
      return;
    }
    ServiceProcess.run(
        "gateway",
        () -> GatewayServer.start(GatewayConfig.from(Env.system()), InstantSource.system()));
  }

  private static void createKey(GatewayConfig config, String[] arguments) {
    if (arguments.length != 4
        || !arguments[0].equals("create-key")
        || config.database().isEmpty()) {
      throw new IllegalArgumentException(
          "usage: create-key TENANT viewer|editor|admin NAME, with SEXTANT_DATABASE_URL set");
    }
    try (ApiKeys keys =
        ApiKeys.open(
            config.database().orElseThrow(),
            config.keyPepper(),
            config.meshKeys(),
            InstantSource.system())) {
      Role role = Role.valueOf("ROLE_" + arguments[2].toUpperCase(Locale.ROOT));
      System.out.println(keys.create(arguments[1], role, arguments[3]).getKey());
    }
  }
}
