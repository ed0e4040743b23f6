package sextant.gateway;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.access.v1.AccessProto;
import sextant.gateway.auth.ApiKeys;
import sextant.gateway.auth.Authentication;
import sextant.gateway.auth.OpenAuthentication;
import sextant.gateway.contract.Contract;
import sextant.gateway.edge.Edge;
import sextant.gateway.error.Failures;
import sextant.gateway.openapi.DocsPage;
import sextant.gateway.openapi.OpenApi;
import sextant.gateway.route.RouteTable;
import sextant.gateway.route.Upstreams;
import sextant.gateway.telemetry.RequestTelemetry;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;

/// The running gateway.
public final class GatewayServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GatewayServer.class);

  /// Cursors and filters make long lines; header lists stay within what proxies pass on.
  private static final int MAX_REQUEST_LINE_BYTES = 16 << 10;

  private static final int MAX_HEADER_BYTES = 32 << 10;

  /// Without new requests for this long, a stopping server is taken for drained.
  private static final Duration QUIET = Duration.ofMillis(100);

  private final Server server;
  private final Duration drainDelay;
  private final Upstreams upstreams;
  private final HealthChecks health;
  private final Optional<ApiKeys> keys;
  private final Optional<RpcServer> keysServer;

  private GatewayServer(
      Server server,
      Duration drainDelay,
      Upstreams upstreams,
      HealthChecks health,
      Optional<ApiKeys> keys,
      Optional<RpcServer> keysServer) {
    this.server = server;
    this.drainDelay = drainDelay;
    this.upstreams = upstreams;
    this.health = health;
    this.keys = keys;
    this.keysServer = keysServer;
  }

  public static GatewayServer start(GatewayConfig config, InstantSource time) {
    return start(config, Contract.load(), time);
  }

  /// With a contract that was put together elsewhere.
  public static GatewayServer start(GatewayConfig config, Contract contract, InstantSource time) {
    RouteTable routes = RouteTable.compile(contract);
    config.edge().rateLimits().check(routes.names());
    OpenApi openApi = OpenApi.of(contract, routes);
    CallerTokens tokens = new CallerTokens(config.meshKeys(), time);
    Optional<ApiKeys> keys =
        config
            .database()
            .map(database -> ApiKeys.open(database, config.keyPepper(), config.meshKeys(), time));
    // Keys are managed by a service like any other; it just happens to live here.
    String keysName = "gateway-keys-" + UUID.randomUUID();
    Optional<RpcServer> keysServer =
        keys.map(
            known ->
                RpcServer.start(
                    new RpcServer.Binding("127.0.0.1", 0, keysName),
                    tokens,
                    Optional.of(known.database()),
                    List.of(known.service())));
    Map<String, String> targets = new LinkedHashMap<>(config.upstreams());
    if (keysServer.isPresent()) {
      targets.put(AccessProto.getDescriptor().getPackage(), "inprocess:" + keysName);
    }
    Upstreams upstreams = new Upstreams(targets, config.edge().meshTls());
    HealthChecks health = new HealthChecks(upstreams);
    Authentication authentication =
        switch (config.auth()) {
          case OPEN -> new OpenAuthentication();
          case KEYS -> keys.orElseThrow().authentication();
        };
    ServerBuilder builder =
        Server.builder()
            .requestTimeout(config.requestTimeout())
            .http1MaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
            .http1MaxHeaderSize(MAX_HEADER_BYTES)
            .http2MaxHeaderListSize(MAX_HEADER_BYTES)
            .gracefulShutdownTimeout(QUIET, config.drainTimeout())
            .bossGroupFactory(Acceptor::new)
            .disableServerHeader()
            // What went wrong is in the answer; Armeria need not say it again.
            .unloggedExceptionsReportInterval(Duration.ZERO)
            .errorHandler(new Failures())
            .decorator(new RequestTelemetry())
            .service("/healthz", health.liveness())
            .service("/readyz", health.readiness())
            .service("/openapi.json", openApi.service());
    Edge.addTo(builder, config.edge(), new InetSocketAddress(config.host(), config.port()));
    DocsPage.addTo(builder);
    routes.addTo(builder, authentication, tokens, upstreams, config.edge(), time);
    Server server = builder.build();
    GatewayServer gateway =
        new GatewayServer(server, config.edge().drainDelay(), upstreams, health, keys, keysServer);
    try {
      server.start().join();
    } catch (RuntimeException failure) {
      gateway.close();
      throw failure;
    }
    log.info(
        "gateway on {}:{}, {} routes, auth {}",
        config.host(),
        gateway.port(),
        routes.endpoints().size(),
        config.auth());
    return gateway;
  }

  public int port() {
    return server.activeLocalPort();
  }

  /// The TCP port, on this machine only, of the service that manages API keys; empty without keys.
  public OptionalInt keysPort() {
    return keysServer.stream().mapToInt(RpcServer::port).findFirst();
  }

  /// Says it is not ready, still takes requests for a while, lets running ones finish, then stops.
  @Override
  public void close() {
    health.drain();
    try {
      Thread.sleep(drainDelay);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    server.stop().join();
    upstreams.close();
    keysServer.ifPresent(RpcServer::close);
    keys.ifPresent(ApiKeys::close);
  }
}
