package sextant.gateway.auth;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.access.v1.Role;
import sextant.gateway.error.HttpError;

/// All usable keys in memory, read anew as requests need it: in the background when they are a
/// little old, before answering when they are so old that a revocation might have been missed, and
/// for a key that is not there, which may have been created elsewhere just now. The last happens at
/// most once a second however many unknown keys are tried, so they cannot burden the database.
final class KeyRing {

  /// A stored key.
  record Key(String id, String tenantId, Role role, Optional<Instant> expiresAt) {

    boolean isValidAt(Instant now) {
      return expiresAt.isEmpty() || now.isBefore(expiresAt.get());
    }
  }

  private record Snapshot(Map<ByteBuffer, Key> keys, Instant loadedAt) {}

  private static final Logger log = LoggerFactory.getLogger(KeyRing.class);
  private static final Duration REFRESH_AFTER = Duration.ofSeconds(5);
  private static final Duration TRUST_FOR = Duration.ofSeconds(14);
  private static final Duration RETRY_UNKNOWN_AFTER = Duration.ofSeconds(1);

  private final ApiKeyText text;
  private final Supplier<Map<ByteBuffer, Key>> load;
  private final InstantSource time;
  private volatile Snapshot snapshot = new Snapshot(Map.of(), Instant.MIN);
  private CompletableFuture<Snapshot> loading;
  private boolean outdated;

  /// `load` reads every key that was not revoked, by hash.
  KeyRing(ApiKeyText text, Supplier<Map<ByteBuffer, Key>> load, InstantSource time) {
    this.text = text;
    this.load = load;
    this.time = time;
  }

  CompletableFuture<Optional<Key>> find(String key) {
    List<byte[]> hashes = text.hashes(key);
    if (hashes.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    Snapshot known = snapshot;
    Optional<Key> found = find(known, hashes);
    Instant now = time.instant();
    boolean wait =
        isOlder(known, TRUST_FOR, now)
            || found.isEmpty() && isOlder(known, RETRY_UNKNOWN_AFTER, now);
    if (wait) {
      return refresh().thenApply(fresh -> find(fresh, hashes));
    }
    if (isOlder(known, REFRESH_AFTER, now)) {
      refresh();
    }
    return CompletableFuture.completedFuture(found);
  }

  private static Optional<Key> find(Snapshot snapshot, List<byte[]> hashes) {
    for (byte[] hash : hashes) {
      Key key = snapshot.keys().get(ByteBuffer.wrap(hash));
      if (key != null) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  private static boolean isOlder(Snapshot snapshot, Duration age, Instant now) {
    return snapshot.loadedAt().equals(Instant.MIN) || !now.isBefore(snapshot.loadedAt().plus(age));
  }

  /// Everybody who asks meanwhile shares one reading.
  private synchronized CompletableFuture<Snapshot> refresh() {
    if (loading == null) {
      loading = new CompletableFuture<>();
      CompletableFuture<Snapshot> mine = loading;
      Thread.ofVirtual().name("api-keys").start(() -> load(mine));
    }
    return loading;
  }

  /// Makes the next look at a key wait for a reading that starts after now.
  synchronized void expire() {
    outdated = true;
    snapshot = new Snapshot(snapshot.keys(), Instant.MIN);
  }

  private void load(CompletableFuture<Snapshot> waiting) {
    try {
      do {
        // The time before reading: a revocation that the reading missed came later.
        Instant start = time.instant();
        begin();
        snapshot = new Snapshot(Map.copyOf(load.get()), start);
      } while (!isFinished());
      waiting.complete(snapshot);
    } catch (RuntimeException failure) {
      log.error("the API keys cannot be read: {}", failure.toString());
      fail();
      waiting.completeExceptionally(
          HttpError.unavailable("API keys cannot be checked at the moment; try again"));
    }
  }

  private synchronized void begin() {
    outdated = false;
  }

  private synchronized boolean isFinished() {
    if (!outdated) {
      loading = null;
    }
    return !outdated;
  }

  private synchronized void fail() {
    loading = null;
  }
}
