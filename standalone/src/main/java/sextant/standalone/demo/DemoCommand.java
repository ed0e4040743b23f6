package sextant.standalone.demo;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sextant.kit.TenantId;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.CallerCredentials;
import sextant.kit.rpc.Channels;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMode;
import sextant.standalone.CommandFailure;
import sextant.standalone.RunFile;

/// `sextant demo`: fills a running mesh with a bank's customers and ninety days of what they did.
@Command(
    name = "demo",
    description = {
      "Fill a running mesh with a believable data set: a bank's customers, what it offers them,",
      "ninety days of decisions and responses, metrics, segments and a running journey.",
      "Then print curl lines to try. Safe to repeat: what is there stays, days since are added."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class DemoCommand implements Callable<Integer>, DemoLoad.Mesh {

  private static final int MOST_CUSTOMERS = 99_999;

  @Option(
      names = "--customers",
      paramLabel = "N",
      defaultValue = "2000",
      description = "How many customers, which everything else follows. Default: ${DEFAULT-VALUE}")
  private int customers;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "The same seed makes the same data. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      defaultValue = "demo",
      description = "Whose data it becomes. Default: ${DEFAULT-VALUE}")
  private String tenant;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port of the mesh. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--end-at",
      paramLabel = "INSTANT",
      description =
          "Let the ninety days end at an instant such as 2026-01-31T10:00:00Z. Default: now")
  private Optional<String> endAt;

  private final Map<String, ManagedChannel> channels = new HashMap<>();
  private RunFile running;
  private CallerCredentials caller;

  @Override
  public Integer call() {
    if (!TenantId.isValid(tenant)) {
      throw new CommandFailure("--tenant must be " + TenantId.RULE);
    }
    if (customers < 1 || customers > MOST_CUSTOMERS) {
      throw new CommandFailure("--customers must be 1 to %,d".formatted(MOST_CUSTOMERS));
    }
    Instant end = end();
    running = RunFile.require(port);
    caller = new CallerCredentials(running.callerTokens(), Caller.service("demo", tenant));
    try {
      run(end);
      return 0;
    } catch (StatusRuntimeException failure) {
      throw new CommandFailure(
          "the demo ended early (%s). Repeat the command: it goes on where it was."
              .formatted(failure.getMessage()),
          failure);
    } finally {
      channels.values().forEach(ManagedChannel::shutdownNow);
    }
  }

  private Instant end() {
    try {
      return endAt.map(Instant::parse).orElseGet(InstantSource.system()::instant);
    } catch (DateTimeException malformed) {
      throw new CommandFailure(
          "--end-at must be an instant such as 2026-01-31T10:00:00Z", malformed);
    }
  }

  @Override
  public <S extends AbstractStub<S>> S stub(String service, Function<Channel, S> stub) {
    return stub.apply(
            channels.computeIfAbsent(
                service, name -> Channels.open(running.grpcTargets().get(name))))
        .withCallCredentials(caller);
  }

  private void run(Instant end) {
    List<Customer> people =
        IntStream.rangeClosed(1, customers).mapToObj(number -> Customer.of(seed, number)).toList();
    DemoDefinitions definitions = new DemoDefinitions(this);
    DemoLoad load = new DemoLoad(this, seed, people, end);
    say("%,d customers", people.size());
    String schemaId = definitions.customerTable(people);
    say("offers, channels, creatives and the rest of the catalogue");
    load.catalogue();
    days(load);
    say("%s", load.summary());
    say("metrics, segments and a journey");
    String spent =
        definitions.metric(
            "total_spent_90d",
            AggregateFunction.AGGREGATE_FUNCTION_SUM,
            "purchase",
            90,
            ComputeMode.COMPUTE_MODE_BATCH);
    definitions.metric(
        "clicks_30d",
        AggregateFunction.AGGREGATE_FUNCTION_COUNT,
        "click",
        30,
        ComputeMode.COMPUTE_MODE_REALTIME);
    String premium =
        definitions.segment(
            "Premium customers",
            schemaId,
            "{\"field\": \"tier\", \"operator\": \"eq\", \"value\": \"premium\"}");
    definitions.segment(
        "Big spenders",
        schemaId,
        "{\"field\": \"metric.total_spent_90d\", \"operator\": \"gte\", \"value\": 200}");
    String journey = definitions.journey(people);
    new DemoTour(running.gateway(), tenant).print(spent, premium, journey);
  }

  private void days(DemoLoad load) {
    boolean terminal = Boolean.getBoolean("sextant.terminal");
    try (ProgressBar bar =
        terminal
            ? new ProgressBarBuilder()
                .setTaskName("days")
                .setInitialMax(DemoLoad.DAYS)
                .setStyle(ProgressBarStyle.ASCII)
                .build()
            : null) {
      for (int day = 1; day <= DemoLoad.DAYS; day++) {
        load.day(day);
        if (bar != null) {
          bar.step();
        } else if (day % 15 == 0) {
          say("%d of %d days", day, DemoLoad.DAYS);
        }
      }
    }
  }

  private static void say(String text, Object... values) {
    System.err.printf(text + "%n", values);
  }
}
