package sextant.standalone.doctor;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sextant.standalone.Folders;

/// `sextant doctor`: looks at all that a mesh needs before it is missed.
@Command(
    name = "doctor",
    description = {
      "Check what a mesh needs: JDK, Maven, ports, data folder, database, clock; and the mesh, when one runs.",
      "Ends with 1 when something is not well."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
public final class DoctorCommand implements Callable<Integer> {

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port the mesh has or shall have. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder the mesh keeps or shall keep its data in. Default: $XDG_DATA_HOME/sextant")
  private Optional<Path> data;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description = "Your own PostgreSQL, as for up. Default: the embedded one")
  private Optional<String> databaseUrl;

  @Override
  public Integer call() {
    Machine machine = new Machine(data.orElseGet(Folders::dataHome));
    Stream<Finding> database =
        databaseUrl.isPresent()
            ? DatabaseCheck.of(databaseUrl.get()).stream()
            : Stream.of(machine.embeddedPostgres());
    List<Finding> findings;
    try (HttpClient http = HttpClient.newHttpClient()) {
      findings =
          Stream.of(
                  Stream.of(machine.jdk(), machine.maven(), machine.dataFolder()),
                  new RunningMesh(port, http).findings().stream(),
                  database)
              .flatMap(each -> each)
              .toList();
    }
    for (Finding finding : findings) {
      System.out.printf("%-5s %s%n", finding.isWell() ? "ok" : "FAIL", finding.text());
    }
    return findings.stream().allMatch(Finding::isWell) ? 0 : 1;
  }
}
