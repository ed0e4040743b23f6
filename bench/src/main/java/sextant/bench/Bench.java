package sextant.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import sextant.bench.soak.JourneySoak;

/// `./sextant bench NAME`: measures ours against an honest baseline, in turn, in one run.
@Command(
    name = "sextant bench",
    description =
        "Measures one benchmark in turn with its baseline (A B A B ...) and prints the median of "
            + "both, their ratio and the target. A busy machine makes figures worthless.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Bench implements Callable<Integer> {

  /// All benchmarks: name, target, what is measured.
  private static final List<Entry> BENCHMARKS =
      List.of(
          new Entry(
              "codec", "gateway codec, time: <= 0.25x of protobuf-jackson", CodecBenchmark::new),
          new Entry(
              "gateway",
              "gateway, requests/s of 8 KB: >= 0.55x of bytes from memory",
              GatewayBenchmark::new),
          new Entry(
              "reads",
              "a segment >= 0.20x, 10 metrics of a customer >= 0.10x of pgbench -S",
              ReadsBenchmark::new),
          new Entry(
              "overload",
              "three times the capacity: goodput >= 0.9x of peak, p99 bounded, rest 503",
              OverloadBenchmark::new),
          new Entry(
              "compute",
              "batch compute, time: <= 1.10x of SQL by hand; 1 % changed <= 0.10x",
              ComputeBenchmark::new),
          new Entry(
              "intake",
              "intake, rows/s: batches >= 0.35x of COPY; single >= 0.5x of pgbench",
              IntakeBenchmark::new),
          new Entry(
              "segments",
              "segment create and refresh, time: <= 1.10x of the count by hand",
              SegmentsBenchmark::new),
          new Entry(
              "rows", "bulk rows of customer tables, rows/s: >= 0.5x of COPY", RowsBenchmark::new),
          new Entry(
              "growth",
              "10 M interactions to 1 M: compute <= 11x, intake rate >= 0.8x",
              GrowthBenchmark::new),
          new Entry(
              "steps",
              "journey steps/s: >= 2.5x of pgbench -N at 16 clients, >= 10,000",
              StepsBenchmark::new),
          new Entry(
              "enroll",
              "enrolling 1,000 ids: p99 <= 150 ms; rows/s >= 0.4x of INSERT",
              EnrollBenchmark::new),
          new Entry(
              "due",
              "100,000 enrollments due at once: <= 10 s; lateness p99 < 1 s",
              DueBenchmark::new),
          new Entry(
              "exits",
              "one of 100,000 inside leaves by an exit rule of each kind: <= 1 s",
              ExitsBenchmark::new),
          new Entry(
              "soak",
              "journeys under kill -9 and crashes of PostgreSQL: nothing lost or repeated",
              JourneySoak::new),
          new Entry(
              "dashboard",
              "each dashboard type: p99 <= 50 ms, <= 0.05x of the plain aggregate; growth <= 1.3x",
              DashboardBenchmark::new));

  private record Entry(String name, String summary, Supplier<Benchmark> benchmark) {

    String line() {
      return "  %-10s %s".formatted(name, summary).replace("%", "%%");
    }
  }

  @Parameters(paramLabel = "NAME", description = "one of the benchmarks below")
  private String name;

  @Option(
      names = "--scale",
      paramLabel = "SHARE",
      defaultValue = "1",
      description = "share of the full size, such as 0.001 to see that it runs (default: 1)")
  private double scale;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "rounds that count, after one that does not (default: 5)")
  private int rounds;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "where every figure is kept (default: bench/target/NAME.csv)")
  private Path csv;

  public static void main(String[] arguments) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    CommandLine command = new CommandLine(new Bench());
    command
        .getCommandSpec()
        .usageMessage()
        .footer(
            Stream.concat(
                    Stream.of("", "Benchmarks and their targets:"),
                    BENCHMARKS.stream().map(Entry::line))
                .toArray(String[]::new));
    System.exit(command.execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    CommandLine command = new CommandLine(this);
    Optional<Entry> found =
        BENCHMARKS.stream().filter(entry -> entry.name().equals(name)).findFirst();
    if (found.isEmpty()) {
      throw new ParameterException(
          command,
          "no benchmark "
              + name
              + ", there is: "
              + String.join(", ", BENCHMARKS.stream().map(Entry::name).toList()));
    }
    if (!(scale > 0 && scale <= 100) || rounds < 1) {
      throw new ParameterException(command, "--scale must be above 0, --rounds at least 1");
    }
    Path file =
        csv != null
            ? csv
            : Path.of(System.getProperty("sextant.bench.folder", "target"), name + ".csv");
    try (Run run = new Run(scale, rounds, file)) {
      found.get().benchmark().get().measure(run);
    }
    System.out.println("\nfigures kept in " + file.toAbsolutePath());
    return 0;
  }
}
