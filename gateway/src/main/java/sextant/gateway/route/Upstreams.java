package sextant.gateway.route;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import sextant.kit.mesh.Channels;
import sextant.kit.mesh.MeshTls;

/// The channels to the services, one per target.
public final class Upstreams implements AutoCloseable {

  private static final int CLOSE_SECONDS = 5;

  private final Map<String, String> targetsByPackage;
  private final Map<String, ManagedChannel> channels = new LinkedHashMap<>();

  /// `targetsByPackage`: where the services of each proto package are; a package also stands for
  /// those below it.
  public Upstreams(Map<String, String> targetsByPackage, Optional<MeshTls> tls) {
    this.targetsByPackage = Map.copyOf(targetsByPackage);
    targetsByPackage
        .values()
        .forEach(
            target -> channels.computeIfAbsent(target, unknown -> Channels.open(unknown, tls)));
  }

  /// The channel for the services of a proto package; empty when nobody said where they are.
  Optional<Channel> channel(String packageName) {
    return targetsByPackage.keySet().stream()
        .filter(known -> packageName.equals(known) || packageName.startsWith(known + "."))
        .max(Comparator.comparing(String::length))
        .map(targetsByPackage::get)
        .map(channels::get);
  }

  /// All channels by target.
  public Map<String, ManagedChannel> byTarget() {
    return Map.copyOf(channels);
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdown);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
    try {
      for (ManagedChannel channel : channels.values()) {
        if (!channel.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          channel.shutdownNow();
        }
      }
    } catch (InterruptedException interrupted) {
      channels.values().forEach(ManagedChannel::shutdownNow);
      Thread.currentThread().interrupt();
    }
  }
}
