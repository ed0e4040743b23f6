package sextant.journeys.delivery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.journeys.engine.Retries;
import sextant.kit.db.Database;

/// Sends what waits in one channel, a bounded number at a time, and ends when nothing is left. Each
/// channel has a lane of its own: a receiver that hangs fills its own lane and nobody else's.
final class Lane {

  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private static final int CONCURRENCY = 32;
  private static final int BATCH = 256;
  private static final long REFILL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private record Finished(PendingDelivery delivery, Answer answer) {}

  private final ChannelKey channel;
  private final Database database;
  private final Webhook webhook;
  private final Supplier<List<Short>> buckets;
  private final InstantSource time;

  private final Deque<PendingDelivery> ready = new ArrayDeque<>();
  private final Set<UUID> atHand = new HashSet<>();
  private final BlockingQueue<Finished> finished = new LinkedBlockingQueue<>();
  private Optional<ChannelSettings> settings = Optional.empty();
  private int running;
  private int sent;
  private boolean exhausted;
  private long refilledAt;
  private volatile boolean open = true;

  Lane(
      ChannelKey channel,
      Database database,
      Webhook webhook,
      Supplier<List<Short>> buckets,
      InstantSource time) {
    this.channel = channel;
    this.database = database;
    this.webhook = webhook;
    this.buckets = buckets;
    this.time = time;
  }

  /// Starts nothing new any more.
  void stop() {
    open = false;
  }

  /// Returns how many attempts were made.
  int run() throws InterruptedException {
    refill();
    while (running > 0 || !ready.isEmpty()) {
      while (open && running < CONCURRENCY && !ready.isEmpty()) {
        start(ready.poll());
      }
      if (running == 0) {
        break;
      }
      collect();
      boolean mayHaveMore = !exhausted || System.nanoTime() - refilledAt > REFILL_NANOS;
      if (open && ready.size() < CONCURRENCY && mayHaveMore) {
        refill();
      }
    }
    return sent;
  }

  private void refill() {
    refilledAt = System.nanoTime();
    List<Short> own = buckets.get();
    if (own.isEmpty()) {
      exhausted = true;
      return;
    }
    // What is at hand is still due in the database, so it has to be read past.
    int limit = BATCH + atHand.size();
    List<PendingDelivery> due =
        database.inTenant(
            channel.tenantId(),
            tx -> {
              settings = Outbox.settings(tx, channel);
              return Outbox.due(tx, channel, own, time.instant(), limit);
            });
    exhausted = due.size() < limit;
    for (PendingDelivery delivery : due) {
      if (atHand.add(delivery.id())) {
        ready.add(delivery);
      }
    }
  }

  private void start(PendingDelivery delivery) {
    Optional<ChannelSettings> current = settings;
    running++;
    Thread.ofVirtual()
        .name("deliver-" + channel.name())
        .start(() -> finished.add(new Finished(delivery, attempt(delivery, current))));
  }

  private Answer attempt(PendingDelivery delivery, Optional<ChannelSettings> current) {
    try {
      if (current.isEmpty()) {
        return new Answer.Refused("there is no channel " + channel.name());
      }
      if (current.get().isWebhook()) {
        return webhook.post(delivery, current.get());
      }
      log.info("delivery via {}: {}", channel.name(), delivery.body());
      return new Answer.Accepted("logged");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Answer.Failed("interrupted", Duration.ZERO);
    } catch (RuntimeException failure) {
      return new Answer.Failed(failure.toString(), Duration.ZERO);
    }
  }

  /// Waits for answers and writes down all that are there.
  private void collect() throws InterruptedException {
    Finished first = finished.poll(REFILL_NANOS, TimeUnit.NANOSECONDS);
    if (first == null) {
      return;
    }
    List<Finished> answers = new ArrayList<>();
    answers.add(first);
    finished.drainTo(answers);
    running -= answers.size();
    sent += answers.size();
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    List<Outbox.Recorded> recorded = answers.stream().map(answer -> recorded(answer, now)).toList();
    Retries.ofConflicts(
        () -> database.inTenant(channel.tenantId(), tx -> Outbox.record(tx, recorded)));
    answers.forEach(answer -> atHand.remove(answer.delivery().id()));
  }

  private Outbox.Recorded recorded(Finished attempt, Instant now) {
    PendingDelivery delivery = attempt.delivery();
    int attempts = delivery.attempts() + 1;
    String words = attempt.answer().inWords();
    return switch (attempt.answer()) {
      case Answer.Accepted _ ->
          new Outbox.Recorded(delivery, "delivered", now, Optional.of(now), words);
      case Answer.Refused _ -> new Outbox.Recorded(delivery, "dead", now, Optional.of(now), words);
      case Answer.Failed failed -> {
        int most = settings.map(ChannelSettings::maxAttempts).orElse(1);
        Duration backOff = BackOff.after(attempts, delivery.id());
        Duration pause = failed.pause().compareTo(backOff) > 0 ? failed.pause() : backOff;
        yield attempts >= most
            ? new Outbox.Recorded(delivery, "dead", now, Optional.of(now), words)
            : new Outbox.Recorded(delivery, "pending", now.plus(pause), Optional.empty(), words);
      }
    };
  }
}
