package sextant.journeys.delivery;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.journeys.engine.Leases;
import sextant.kit.db.Database;

/// Opens a [Lane] for every channel that has something to send. Any number of dispatchers may be at
/// work: leases keep them apart. Should two send the same delivery all the same, it bears the same
/// key.
public final class Dispatcher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private record Open(Lane lane, Future<Integer> attempts) {}

  private final Database database;
  private final InstantSource time;
  private final Leases leases;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Webhook webhook = new Webhook(threads);
  private final Map<ChannelKey, Open> lanes = new ConcurrentHashMap<>();
  private volatile boolean open = true;

  /// `buckets`: units in which enrollments, and so deliveries, are shared among replicas.
  public Dispatcher(Database database, int buckets, InstantSource time) {
    this.database = database;
    this.time = time;
    this.leases = new Leases(database, "send", buckets);
  }

  /// Opens lanes where none is open and waits for none. Returns 0: what lanes do they do on their
  /// own.
  public int open() {
    List<Short> buckets = leases.held();
    if (buckets.isEmpty() || !open) {
      return 0;
    }
    lanes.values().removeIf(lane -> lane.attempts().isDone());
    for (ChannelKey channel :
        database.acrossTenants(tx -> Outbox.channelsWithWork(tx, buckets, time.instant()))) {
      lanes.computeIfAbsent(channel, this::start);
    }
    return 0;
  }

  private Open start(ChannelKey channel) {
    Lane lane = new Lane(channel, database, webhook, leases::held, time);
    return new Open(lane, threads.submit(() -> run(channel, lane)));
  }

  private int run(ChannelKey channel, Lane lane) throws InterruptedException {
    try {
      return lane.run();
    } catch (RuntimeException failure) {
      // What was under way is still pending and due; the next lane sends it again.
      if (open) {
        log.warn("channel {} of {} stumbled", channel.name(), channel.tenantId(), failure);
      }
      return 0;
    }
  }

  /// Sends everything that is due now. Returns how many attempts that took.
  public int drain() {
    open();
    return await();
  }

  private int await() {
    int attempts = 0;
    for (Open lane : new ArrayList<>(lanes.values())) {
      try {
        attempts += lane.attempts().get();
      } catch (ExecutionException failure) {
        throw new IllegalStateException(failure.getCause());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return attempts;
      }
    }
    return attempts;
  }

  /// Lets attempts under way end, at most as long as a channel lets them take.
  @Override
  public void close() {
    open = false;
    lanes.values().forEach(lane -> lane.lane().stop());
    await();
    webhook.close();
    threads.close();
    leases.close();
  }
}
