package sextant.gateway.json;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/// Reusable objects, one per stripe of threads. A thread that finds its stripe empty makes a new
/// object; nobody ever waits. Unlike a thread-local this stays small with virtual threads.
final class Pool<T> {
  private static final int STRIPES = 64;

  private final AtomicReferenceArray<T> free = new AtomicReferenceArray<>(STRIPES);
  private final Supplier<T> factory;

  Pool(Supplier<T> factory) {
    this.factory = factory;
  }

  T take() {
    T taken = free.getAndSet(stripe(), null);
    return taken != null ? taken : factory.get();
  }

  void giveBack(T object) {
    free.set(stripe(), object);
  }

  private static int stripe() {
    return (int) Thread.currentThread().threadId() & (STRIPES - 1);
  }
}
