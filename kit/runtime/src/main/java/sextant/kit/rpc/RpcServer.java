package sextant.kit.rpc;

import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.kit.config.Env;
import sextant.kit.db.Database;
import sextant.kit.mesh.LoadLimit;
import sextant.kit.mesh.MeshTls;
import sextant.kit.telemetry.Readiness;
import sextant.kit.telemetry.ServerTelemetry;

/// A gRPC server with everything a service of the mesh has in common: caller tokens, roles,
/// validation, virtual threads, health, reflection and a graceful end.
///
/// One server listens on a TCP port and, when it shares its JVM with its callers, under an
/// in-process name as well.
public final class RpcServer implements AutoCloseable {

  /// How to listen.
  ///
  /// @param host address to listen on
  /// @param port TCP port, 0 for a free one
  /// @param inProcessName name for callers in the same JVM; empty: TCP only
  /// @param tls certificates that both sides show; empty: none, for trusted networks
  /// @param maxConcurrentCalls unary calls at the same time; more are refused
  public record Binding(
      String host, int port, String inProcessName, Optional<MeshTls> tls, int maxConcurrentCalls) {

    private static final int MAX_CONCURRENT_CALLS = 256;

    /// Without TLS.
    public Binding(String host, int port, String inProcessName) {
      this(host, port, inProcessName, Optional.empty(), MAX_CONCURRENT_CALLS);
    }

    /// What the environment says for `service`, such as `METRICS`.
    public static Binding from(Env env, String service, int port) {
      return new Binding(
          env.text("SEXTANT_" + service + "_HOST", "0.0.0.0"),
          env.integer("SEXTANT_" + service + "_PORT", port, 0, 65_535),
          "",
          tls(env),
          env.integer("SEXTANT_MAX_CONCURRENT_CALLS", MAX_CONCURRENT_CALLS, 1, 1_000_000));
    }

    /// The TLS files of this process within the mesh.
    public static Optional<MeshTls> tls(Env env) {
      return env.parsed(
          "SEXTANT_MESH_TLS",
          Optional.empty(),
          "a folder with tls.crt, tls.key (PKCS #8) and ca.crt, all PEM",
          folder -> Optional.of(MeshTls.in(Path.of(folder))));
    }
  }

  private static final Logger log = LoggerFactory.getLogger(RpcServer.class);
  private static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final int DRAIN_SECONDS = 20;

  private final List<Server> servers = new ArrayList<>();
  private final HealthStatusManager health = new HealthStatusManager();
  private volatile boolean serving;
  private final Readiness.Watch readiness = Readiness.watch("rpc", () -> serving);

  private RpcServer() {}

  /// Of services without a database.
  public static RpcServer start(
      Binding binding, CallerTokens tokens, List<? extends BindableService> services) {
    return start(binding, tokens, Optional.empty(), services);
  }

  /// `database`: where answers to calls with an idempotency key are kept.
  public static RpcServer start(
      Binding binding,
      CallerTokens tokens,
      Optional<Database> database,
      List<? extends BindableService> services) {
    RpcServer rpc = new RpcServer();
    Executor virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
    ServerInterceptor[] interceptors = {
      new ServerTelemetry(),
      new LoadLimit(binding.maxConcurrentCalls()),
      new CallerInterceptor(tokens),
      new UnaryCalls(virtualThreads, database)
    };
    List<ServerServiceDefinition> definitions = new ArrayList<>();
    for (BindableService service : services) {
      ServerServiceDefinition definition = service.bindService();
      definition
          .getMethods()
          .forEach(method -> CallerInterceptor.minimumRole(method.getMethodDescriptor()));
      definitions.add(ServerInterceptors.interceptForward(definition, interceptors));
    }
    NettyServerBuilder network =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(binding.host(), binding.port()),
                binding.tls().map(MeshTls::server).orElseGet(InsecureServerCredentials::create))
            .addService(ProtoReflectionServiceV1.newInstance())
            // Our clients ping; those that stopped answering are let go.
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(30, TimeUnit.SECONDS)
            // Clients rediscover replicas when connections end now and then.
            .maxConnectionAge(10, TimeUnit.MINUTES)
            .maxConnectionAgeGrace(1, TimeUnit.MINUTES);
    rpc.serve(network, definitions, virtualThreads);
    if (!binding.inProcessName().isEmpty()) {
      rpc.serve(
          InProcessServerBuilder.forName(binding.inProcessName()), definitions, virtualThreads);
    }
    rpc.health.setStatus("", ServingStatus.SERVING);
    rpc.serving = true;
    log.info("serving gRPC on {}:{}", binding.host(), rpc.port());
    return rpc;
  }

  private void serve(
      ServerBuilder<?> builder, List<ServerServiceDefinition> services, Executor virtualThreads) {
    // Unary calls stay on the network thread until UnaryCalls hops off it. Streaming calls may
    // block in any callback, so all of theirs run on virtual threads.
    builder
        .directExecutor()
        .callExecutor(
            new ServerCallExecutorSupplier() {
              @Override
              public <Q, R> Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
                return call.getMethodDescriptor().getType().clientSendsOneMessage()
                    ? Runnable::run
                    : virtualThreads;
              }
            })
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .addService(health.getHealthService());
    services.forEach(builder::addService);
    try {
      servers.add(builder.build().start());
    } catch (IOException failure) {
      close();
      throw new UncheckedIOException(failure);
    }
  }

  /// The TCP port.
  public int port() {
    return servers.getFirst().getPort();
  }

  /// Reports not serving, lets running calls finish, then stops.
  @Override
  public void close() {
    serving = false;
    health.enterTerminalState();
    servers.forEach(Server::shutdown);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
    try {
      for (Server server : servers) {
        if (!server.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          server.shutdownNow();
        }
      }
    } catch (InterruptedException interrupted) {
      servers.forEach(Server::shutdownNow);
      Thread.currentThread().interrupt();
    } finally {
      readiness.close();
    }
  }
}
