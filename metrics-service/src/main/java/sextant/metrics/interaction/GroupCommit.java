package sextant.metrics.interaction;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.grpc.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.metrics.interaction.InteractionWriter.Recorded;
import sextant.metrics.jooq.tables.records.InteractionRecord;

/// Merges the interactions of concurrent callers into few large transactions and answers each
/// caller after the commit. While one transaction commits the next one gathers, so batches grow
/// with the load and nobody waits for a timer.
///
/// One caller's failure is never another's: a transaction that fails is repeated caller by caller.
final class GroupCommit implements AutoCloseable {

  /// Two: one prepares while the other waits for the disk. More would only wait for each other on
  /// the daily rows of a busy tenant.
  static final int COMMITTERS = 2;

  /// Interactions after which a transaction takes in no more callers.
  private static final int FULL = 5_000;

  /// What may wait, in interactions, plus one for every KiB of properties: some ten megabytes, and
  /// less than a second of work.
  private static final int ROOM = 32_768;

  private record Submission(
      String tenantId,
      List<InteractionRecord> interactions,
      Context caller,
      CompletableFuture<List<Recorded>> outcome) {

    int weight() {
      return interactions.size()
          + interactions.stream()
              .map(InteractionRecord::getProperties)
              .filter(Objects::nonNull)
              .mapToInt(properties -> properties.data().length() / 1024)
              .sum();
    }
  }

  /// Ends a committer.
  private static final Submission END = new Submission("", List.of(), Context.ROOT, null);

  private final Database database;
  private final InteractionWriter writer = new InteractionWriter();
  private final BlockingQueue<Submission> queue = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(ROOM);
  private final List<Thread> committers = new ArrayList<>();

  GroupCommit(Database database) {
    this.database = database;
    Gauge.builder("sextant.intake.waiting", room, free -> ROOM - free.availablePermits())
        .description("Interactions that wait for their commit, of 32,768 there is room for")
        .register(Metrics.globalRegistry);
    for (int number = 0; number < COMMITTERS; number++) {
      committers.add(Thread.ofVirtual().name("group-commit-" + number).start(this::run));
    }
  }

  /// Records all of `interactions` or none; returns after the commit. Refuses when too many wait.
  List<Recorded> record(String tenantId, List<InteractionRecord> interactions) {
    Submission submission = submission(tenantId, interactions);
    if (!room.tryAcquire(submission.weight())) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_UNAVAILABLE,
          "more interactions arrive than can be stored; try again");
    }
    return await(submission);
  }

  /// The same, but waits when too many wait already: for callers that bring no more until they are
  /// answered.
  List<Recorded> recordPatiently(String tenantId, List<InteractionRecord> interactions) {
    Submission submission = submission(tenantId, interactions);
    room.acquireUninterruptibly(submission.weight());
    return await(submission);
  }

  private static Submission submission(String tenantId, List<InteractionRecord> interactions) {
    return new Submission(tenantId, interactions, Context.current(), new CompletableFuture<>());
  }

  private List<Recorded> await(Submission submission) {
    queue.add(submission);
    try {
      return submission.outcome().join();
    } catch (CompletionException failure) {
      throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
    } finally {
      room.release(submission.weight());
    }
  }

  /// Callers that no committer has taken in yet.
  int waiting() {
    return queue.size();
  }

  private void run() {
    try {
      for (Submission first = queue.take(); first != END; first = queue.take()) {
        commit(gather(first));
      }
    } catch (InterruptedException impossible) {
      throw new IllegalStateException("nobody interrupts a committer", impossible);
    }
  }

  /// `first` and whoever waits behind it, without callers that gave up meanwhile.
  private List<Submission> gather(Submission first) {
    List<Submission> group = new ArrayList<>();
    int size = 0;
    for (Submission next = first; next != null; next = size < FULL ? queue.poll() : null) {
      if (next == END) {
        queue.add(END);
        break;
      }
      if (next.caller().isCancelled()) {
        next.outcome().completeExceptionally(new CancellationException("the caller gave up"));
      } else {
        group.add(next);
        size += next.interactions().size();
      }
    }
    return group;
  }

  private void commit(List<Submission> group) {
    try {
      database.acrossTenants(tx -> write(tx, group)).forEach(Runnable::run);
    } catch (Throwable failure) {
      if (group.size() > 1 && concernsOneCaller(failure)) {
        group.forEach(submission -> commit(List.of(submission)));
      } else {
        group.forEach(submission -> submission.outcome().completeExceptionally(failure));
      }
    }
  }

  /// Writes tenant by tenant, always in one order, so that transactions never lock each other.
  /// Returns the answers, to be given after the commit.
  private List<Runnable> write(DSLContext tx, List<Submission> group) {
    Map<String, List<Submission>> byTenant =
        group.stream().collect(groupingBy(Submission::tenantId, TreeMap::new, toList()));
    List<Runnable> answers = new ArrayList<>();
    byTenant.forEach(
        (tenantId, submissions) -> {
          Database.scope(tx, tenantId);
          List<Recorded> recorded =
              writer.write(
                  tx,
                  tenantId,
                  submissions.stream()
                      .flatMap(submission -> submission.interactions().stream())
                      .toList());
          int start = 0;
          for (Submission submission : submissions) {
            int end = start + submission.interactions().size();
            List<Recorded> answer = recorded.subList(start, end);
            answers.add(() -> submission.outcome().complete(answer));
            start = end;
          }
        });
    return answers;
  }

  /// Whether only some caller's rows, or their clash with another transaction, can be to blame. In
  /// doubt nothing is repeated: the commit may have happened, and a caller who is told that the
  /// outcome is unknown can repeat safely with the same idempotency key.
  private static boolean concernsOneCaller(Throwable failure) {
    return !(failure instanceof DataAccessException database)
        || switch (database.sqlStateClass()) {
          case C22_DATA_EXCEPTION, C23_INTEGRITY_CONSTRAINT_VIOLATION, C40_TRANSACTION_ROLLBACK ->
              true;
          default -> false;
        };
  }

  /// Commits what waits, then ends. Nobody may call any more.
  @Override
  public void close() {
    committers.forEach(committer -> queue.add(END));
    try {
      for (Thread committer : committers) {
        committer.join();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
