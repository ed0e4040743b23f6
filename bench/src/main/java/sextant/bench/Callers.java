package sextant.bench;

import io.grpc.stub.AbstractStub;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import sextant.access.v1.Role;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.CallerCredentials;
import sextant.kit.rpc.CallerTokens;

/// Who calls the services, and many of them at once.
final class Callers {

  static final String TENANT = "bench";
  static final byte[] MESH_KEY = "a mesh key for benchmarks".getBytes(StandardCharsets.UTF_8);

  private Callers() {}

  /// `stub`, calling for the tenant of the benchmarks.
  static <S extends AbstractStub<S>> S as(S stub, InstantSource time) {
    return stub.withCallCredentials(
        new CallerCredentials(
            new CallerTokens(List.of(MESH_KEY), time),
            new Caller(TENANT, Role.ROLE_SERVICE, "bench", "bench")));
  }

  /// Calls per second of `callers` that share `calls` among them. The first failure is thrown.
  static double rate(int callers, int calls, IntConsumer call) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    long start = System.nanoTime();
    for (int caller = 0; caller < callers; caller++) {
      threads.add(Thread.ofVirtual().start(() -> work(next, calls, call, failure)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new IllegalStateException("a call failed", failure.get());
    }
    return calls / ((System.nanoTime() - start) / 1e9);
  }

  private static void work(
      AtomicInteger next, int calls, IntConsumer call, AtomicReference<Throwable> failure) {
    try {
      for (int n = next.getAndIncrement(); n < calls; n = next.getAndIncrement()) {
        call.accept(n);
      }
    } catch (RuntimeException | Error thrown) {
      failure.compareAndSet(null, thrown);
    }
  }
}
