package sextant.kit.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import io.grpc.ManagedChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import sextant.errors.v1.ErrorReason;
import sextant.metrics.v1.Metric;

class LoadLimitTest {

  @Test
  void whatIsTooMuchIsRefusedAtOnceAndTakenAgainAfterwards() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    try (Replica replica = new Replica(0, Optional.empty(), 2);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ManagedChannel channel = Channels.open(replica.address());
      replica.answer =
          () -> {
            begun.countDown();
            try {
              go.await();
            } catch (InterruptedException interrupted) {
              throw new IllegalStateException(interrupted);
            }
            return Metric.getDefaultInstance();
          };
      var stub = Replica.stub(channel);
      var one = CompletableFuture.supplyAsync(() -> stub.getMetric(Replica.GET), threads);
      var two = CompletableFuture.supplyAsync(() -> stub.getMetric(Replica.GET), threads);
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      assertRefused(ErrorReason.ERROR_REASON_OVERLOADED, () -> stub.getMetric(Replica.GET));
      assertThat(replica.calls).hasValue(2);
      go.countDown();
      one.join();
      two.join();
      for (int call = 0; call < 5; call++) {
        stub.getMetric(Replica.GET);
      }
      channel.shutdownNow();
    }
  }
}
