package sextant.journeys;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import sextant.journeys.delivery.Dispatcher;
import sextant.journeys.engine.Admission;
import sextant.journeys.engine.EventConsumer;
import sextant.journeys.engine.Leases;
import sextant.journeys.engine.Mover;
import sextant.journeys.engine.Plans;
import sextant.journeys.engine.Runner;
import sextant.journeys.engine.Sweeper;
import sextant.journeys.engine.Watch;
import sextant.journeys.upstream.CustomerFacts;
import sextant.journeys.upstream.EventFeed;
import sextant.journeys.upstream.SegmentViews;
import sextant.kit.db.Database;
import sextant.kit.schedule.Poller;
import sextant.kit.telemetry.Gauges;

/// The work that goes on by itself. Every kind is safe in any number of replicas at once.
final class Background implements AutoCloseable {

  /// One more than one, so that the database works while the other one thinks.
  private static final int RUNNERS = 2;

  /// A look at segments and conditions may cost much: it gets a fifth of the time; more, up to half
  /// of it, where the next look would otherwise come too late to act within a second.
  private static final int WATCH_SHARE = 5;

  private static final long LONGEST_REST = Duration.ofMillis(400).toNanos();

  private final Leases steps;
  private final List<Runner> runners = new ArrayList<>();
  private final EventConsumer events;
  private final Admission admission;
  private final Watch watch;
  private final Sweeper sweeper;
  private final Dispatcher dispatcher;
  private final Gauges backlog;
  private final List<Poller> pollers = new ArrayList<>();

  Background(
      Database database,
      Plans plans,
      Mover mover,
      EventFeed feed,
      CustomerFacts customers,
      SegmentViews views,
      InstantSource time) {
    steps = new Leases(database, "step", Runner.BUCKETS);
    for (int part = 0; part < RUNNERS; part++) {
      runners.add(new Runner(database, plans, mover, steps, part, RUNNERS));
    }
    events = new EventConsumer(database, feed, time);
    admission = new Admission(database, plans, customers, time);
    watch = new Watch(database, plans, views, customers, time);
    sweeper = new Sweeper(database, time);
    dispatcher = new Dispatcher(database, Runner.BUCKETS, time);
    backlog = Backlog.gauges(database, time);
  }

  void start(Duration pause) {
    runners.forEach(runner -> pollers.add(Poller.start("step", pause, runner::drain)));
    pollers.add(Poller.start("events", pause, events::drain));
    pollers.add(Poller.start("admission", pause, admission::drain));
    pollers.add(Poller.start("watch", pause, resting(watch::drain)));
    pollers.add(Poller.start("sweep", pause, sweeper::drain));
    pollers.add(Poller.start("send", pause, dispatcher::open));
    pollers.add(Poller.start("backlog", pause, backlog::drain));
  }

  /// Does nothing until it has rested in proportion to how long it worked.
  private static IntSupplier resting(IntSupplier work) {
    return new IntSupplier() {
      private long restsUntil = System.nanoTime();

      @Override
      public int getAsInt() {
        long start = System.nanoTime();
        if (start - restsUntil < 0) {
          return 0;
        }
        int done = work.getAsInt();
        long end = System.nanoTime();
        long worked = end - start;
        restsUntil = end + Math.min((WATCH_SHARE - 1) * worked, Math.max(worked, LONGEST_REST));
        return done;
      }
    };
  }

  /// Moves whoever is due, until nobody is.
  void move() {
    int moved;
    do {
      moved = 0;
      for (Runner runner : runners) {
        moved += runner.drain();
      }
    } while (moved > 0);
  }

  void openLanes() {
    dispatcher.open();
  }

  /// Does everything there is to do, until there is nothing left.
  void drain() {
    int done;
    do {
      done = events.drain() + admission.drain() + watch.drain() + sweeper.drain();
      for (Runner runner : runners) {
        done += runner.drain();
      }
      done += dispatcher.drain();
    } while (done > 0);
  }

  /// Lets what is under way end.
  @Override
  public void close() {
    pollers.forEach(Poller::close);
    dispatcher.close();
    steps.close();
    events.close();
    admission.close();
    watch.close();
    sweeper.close();
    backlog.close();
  }
}
