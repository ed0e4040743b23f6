package sextant.kit.rpc;

import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import sextant.kit.telemetry.ClientTelemetry;

/// Opens client channels by target: `host:port` or `dns:///host:port` over the network,
/// `inprocess:name` to a server in this JVM.
public final class Channels {

  private static final String IN_PROCESS = "inprocess:";
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  /// Error details travel as metadata; naming a thousand faulty fields takes more than the 8 KiB
  /// that clients accept by default.
  private static final int MAX_METADATA_BYTES = 1 << 20;

  private Channels() {}

  public static ManagedChannel open(String target) {
    if (target.startsWith(IN_PROCESS)) {
      return InProcessChannelBuilder.forName(target.substring(IN_PROCESS.length()))
          .directExecutor()
          .intercept(new ClientTelemetry())
          .build();
    }
    return NettyChannelBuilder.forTarget(target)
        .usePlaintext()
        .directExecutor()
        .intercept(new ClientTelemetry())
        .defaultLoadBalancingPolicy("round_robin")
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .maxInboundMetadataSize(MAX_METADATA_BYTES)
        .build();
  }
}
