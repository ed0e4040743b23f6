package sextant.bench.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import sextant.bench.Benchmark;
import sextant.bench.Run;

/// Journeys while everything around them and under them dies: two journey-services and the services
/// they ask are killed with -9, PostgreSQL crashes, the receiver of deliveries fails, hangs and
/// drops answers. Afterwards nobody is lost and nothing was done twice. A hundred thousand
/// enrollments in five minutes, and at most four more to come to rest.
public final class JourneySoak implements Benchmark {

  /// How hard and how long.
  ///
  /// @param chaos for how long something dies every `interval`
  /// @param patience how long everything may take to come to rest afterwards
  record Settings(int enrollments, Duration chaos, Duration interval, Duration patience) {}

  /// What came of it.
  ///
  /// @param faults what must not have happened; empty: all is well
  record Report(
      int kills, int crashes, int attempts, int repeated, Duration took, List<String> faults) {}

  @Override
  public void measure(Run run) throws Exception {
    Settings settings =
        new Settings(
            run.size(100_000, 1_000),
            run.duration(Duration.ofMinutes(5)),
            Duration.ofSeconds(10),
            Duration.ofMinutes(4));
    Path folder = Files.createTempDirectory("sextant-soak-");
    System.out.println("logs of the processes are in " + folder);
    Report report = run(settings, folder);
    System.out.printf(
        Locale.ROOT,
        "%,d enrollments in %d s: %d kill -9, %d crashes of PostgreSQL, %,d delivery attempts,"
            + " %,d repeated keys refused%n",
        settings.enrollments(),
        report.took().toSeconds(),
        report.kills(),
        report.crashes(),
        report.attempts(),
        report.repeated());
    if (!report.faults().isEmpty()) {
      throw new IllegalStateException(String.join("; ", report.faults()));
    }
    System.out.println("0 lost, 0 accepted twice, all invariants hold");
  }

  /// Logs and data of the processes go to `folder`.
  static Report run(Settings settings, Path folder) throws Exception {
    try (CrashingPostgres postgres = new CrashingPostgres(folder);
        HostileReceiver receiver = new HostileReceiver();
        SoakMesh mesh = new SoakMesh(postgres, folder)) {
      return new SoakRun(settings, postgres, mesh, receiver).run();
    }
  }
}
