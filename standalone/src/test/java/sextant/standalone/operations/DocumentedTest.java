package sextant.standalone.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sextant.standalone.Call;
import sextant.standalone.SextantProcess;

/// docs/operations.md names every setting that the code reads and every metric that a mesh has, and
/// no metric that it has not.
class DocumentedTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern SETTING = Pattern.compile("\"((?:SEXTANT|OTEL)_[A-Z0-9_]+)\"");
  private static final Pattern SERVICE = Pattern.compile("_(METRICS|SEGMENTS|JOURNEYS|DASHBOARD)_");

  @TempDir private static Path home;

  private static String document() throws IOException {
    return Files.readString(ROOT.resolve("docs/operations.md"));
  }

  private static Set<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> settingsInTheCode() throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file :
          files
              .filter(file -> file.toString().matches(".*/src/main/java/sextant/.*\\.java"))
              .filter(file -> !file.toString().contains("/bench/"))
              .toList()) {
        found.addAll(all(SETTING, Files.readString(file)));
      }
    }
    return found;
  }

  @Test
  void everySettingIsDocumented() throws IOException {
    String document = document();
    Set<String> settings = settingsInTheCode();
    assertThat(settings).hasSizeGreaterThan(30);
    assertThat(settings)
        .filteredOn(setting -> !document.contains("`" + setting + "`"))
        .allSatisfy(
            setting ->
                assertThat(document)
                    .contains("`" + SERVICE.matcher(setting).replaceFirst("_<SERVICE>_") + "`"));
  }

  @Test
  void everyMetricIsDocumentedAndEveryDocumentedMetricIsThere()
      throws IOException, InterruptedException {
    String document = document();
    String documented =
        document.substring(document.indexOf("## Metrics"), document.indexOf("## When something"));
    Set<String> names = all(Pattern.compile("`((?:sextant|hikaricp)_[a-z_]+)`"), documented);
    Set<String> found = scrape(names);
    assertThat(found)
        .filteredOn(name -> !name.matches("(jvm|process|system|armeria|netty)_.*"))
        .allSatisfy(name -> assertThat(names).contains(name.replaceFirst("_max$", "")));
    assertThat(found).containsAll(names);
  }

  @Test
  void theDashboardAndTheAlertsAskForMetricsThatThereAre() throws IOException {
    String document = document();
    for (String file : List.of("ops/grafana/sextant.json", "ops/prometheus/alerts.yml")) {
      Set<String> asked =
          all(
              Pattern.compile("\\b((?:sextant|hikaricp)_[a-z_]+)"),
              Files.readString(ROOT.resolve(file)));
      assertThat(asked).hasSizeGreaterThan(5);
      assertThat(asked)
          .allSatisfy(
              name ->
                  assertThat(document)
                      .as(file)
                      .contains("`" + name.replaceFirst("_(count|bucket|sum|max)$", "") + "`"));
    }
  }

  /// The families of a mesh, once all of `expected` are there.
  private static Set<String> scrape(Set<String> expected) throws IOException, InterruptedException {
    try (SextantProcess mesh = SextantProcess.start(home, "up", "--port", "0", "--ephemeral")) {
      String url = mesh.ready();
      Call.get("/api/v1/behavioral-metrics").tenant("my-tenant").sendTo(url).expect(200);
      String metrics =
          all(Pattern.compile("(http\\S+)/metrics\\b"), mesh.errors()).iterator().next();
      assertThat(Call.get("/readyz").sendTo(metrics).expect(200).body())
          .contains("\"database\":true");
      Set<String> found = Set.of();
      long patience = System.nanoTime() + 20_000_000_000L;
      while (!found.containsAll(expected) && System.nanoTime() < patience) {
        String text = Call.get("/metrics").sendTo(metrics).expect(200).body();
        found = all(Pattern.compile("(?m)^# TYPE (\\S+) "), text);
        Thread.onSpinWait();
      }
      mesh.terminate();
      mesh.exitCode();
      return found;
    }
  }
}
