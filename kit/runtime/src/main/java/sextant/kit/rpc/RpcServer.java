package sextant.kit.rpc;

import io.grpc.BindableService;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import sextant.kit.telemetry.Readiness;
import sextant.kit.telemetry.ServerTelemetry;

/// A gRPC server with everything a service of the mesh has in common: caller tokens, roles,
/// validation, virtual threads, health, reflection and a graceful end.
///
/// One server listens on a TCP port and, when it shares its JVM with its callers, under an
/// in-process name as well.
public final class RpcServer implements AutoCloseable {

  /// Where to listen. `port` 0 takes a free one; `inProcessName` empty means TCP only.
  public record Binding(String host, int port, String inProcessName) {}

  private static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final int DRAIN_SECONDS = 20;

  private final List<Server> servers = new ArrayList<>();
  private final HealthStatusManager health = new HealthStatusManager();
  private volatile boolean serving;
  private final Readiness.Watch readiness = Readiness.watch("rpc", () -> serving);

  private RpcServer() {}

  public static RpcServer start(
      Binding binding, CallerTokens tokens, List<? extends BindableService> services) {
    RpcServer rpc = new RpcServer();
    Executor virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
    ServerInterceptor[] interceptors = {
      new ServerTelemetry(), new CallerInterceptor(tokens), new UnaryCalls(virtualThreads)
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
        NettyServerBuilder.forAddress(new InetSocketAddress(binding.host(), binding.port()))
            .addService(ProtoReflectionServiceV1.newInstance())
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
