package sextant.kit.mesh;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import sextant.kit.telemetry.ClientTelemetry;

/// Opens client channels by target:
///
/// - `host:port` or `dns:///host:port`: every address the name has, asked for anew now and then;
/// - `host:port;host:port`: these replicas;
/// - `inprocess:name`: a server in this JVM.
///
/// Calls go to the replicas in turn, to those only that say they serve and do not fail all the
/// time; see [CallPolicy].
public final class Channels {

  private static final String IN_PROCESS = "inprocess:";
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  /// Error details travel as metadata; naming a thousand faulty fields takes more than the 8 KiB
  /// that clients accept by default.
  private static final int MAX_METADATA_BYTES = 1 << 20;

  private static final int CONNECT_MILLIS = 5_000;

  /// A peer that is silent for the sum of both is gone, and its calls go elsewhere.
  private static final int PING_SECONDS = 10;

  private static final int PONG_SECONDS = 5;

  /// How long a replica that came back, or is new, may go unnoticed. gRPC itself backs off for up
  /// to two minutes.
  private static final int RECONNECT_SECONDS = 2;

  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("mesh-channels").factory());

  private Channels() {}

  /// Without TLS.
  public static ManagedChannel open(String target) {
    return open(target, Optional.empty());
  }

  /// With mutual TLS when there are files for it; a server in this JVM needs none.
  public static ManagedChannel open(String target, Optional<MeshTls> tls) {
    if (target.startsWith(IN_PROCESS)) {
      return InProcessChannelBuilder.forName(target.substring(IN_PROCESS.length()))
          .directExecutor()
          .intercept(new ClientTelemetry())
          .build();
    }
    ChannelCredentials credentials =
        tls.map(MeshTls::client).orElseGet(InsecureChannelCredentials::create);
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(Replicas.target(target), credentials)
            .directExecutor()
            .intercept(new ClientTelemetry())
            .defaultServiceConfig(CallPolicy.serviceConfig())
            .disableServiceConfigLookUp()
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(PONG_SECONDS, TimeUnit.SECONDS)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .build();
    keepTrying(channel);
    return channel;
  }

  private static void keepTrying(ManagedChannel channel) {
    AtomicReference<Future<?>> self = new AtomicReference<>();
    self.set(
        CLOCK.scheduleWithFixedDelay(
            () -> {
              if (channel.isShutdown()) {
                self.get().cancel(false);
              } else {
                channel.resetConnectBackoff();
              }
            },
            RECONNECT_SECONDS,
            RECONNECT_SECONDS,
            TimeUnit.SECONDS));
  }
}
