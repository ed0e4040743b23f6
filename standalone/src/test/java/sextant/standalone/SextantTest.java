package sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the command line says to those who err.
class SextantTest {

  @TempDir private static Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "launch | Unmatched argument at index 0: 'launch'",
        "up --prot 1 | Unknown options: '--prot', '1'",
        "up --port http | Invalid value for option '--port': 'http' is not an int",
        "up --port 65535 | sextant: --port must be 0 to 65530, was 65535",
        "up --ephemeral --data x | sextant: --ephemeral and --data exclude each other",
        "up --port 0 --ephemeral --database-url mysql://x/y | sextant: --database-url takes postgres://",
        "demo --customers 0 | sextant: --customers must be 1 to 99,999",
        "demo --end-at soon | sextant: --end-at must be an instant such as 2026-01-31T10:00:00Z",
        "demo --port 1 | sextant: no mesh runs on port 1: start one with ./sextant up, or name its --port",
        "import | say what to import: interactions, rows, traces, offers, creatives, channels",
        "import rows | Missing required parameters: 'SCHEMA', 'FILE'",
        "import rows customers missing.csv | sextant: cannot read the file missing.csv",
        "import rows customers FILE --mode replace | Invalid value for option '--mode': expected one of [UPSERT, INSERT] (case-insensitive) but was 'replace'",
        "import rows customers FILE --port 1 | sextant: no mesh runs on port 1: start one with ./sextant up, or name its --port",
        "import interactions | Missing required options and parameters: '--customer=COL', '--time=COL', 'FILE'",
        "import interactions a.csv --customer c --time t | Missing required argument (specify one of these): (--type=TYPE | --type-column=COL)",
        "import interactions a.csv --type t --type-column c --customer c --time t | --type=TYPE, --type-column=COL are mutually exclusive",
        "import interactions missing.csv --type t --customer c --time t | sextant: cannot read the file missing.csv",
        "import interactions FILE --type t --customer c --time t --tenant a/b | sextant: --tenant must be 1-64 characters",
        "import interactions FILE --type t --customer c --time t --zone Mars | sextant: --zone must be a time zone such as Europe/Berlin, was \"Mars\"",
        "import interactions FILE --type t --customer c --time t --port 1 | sextant: no mesh runs on port 1: start one with ./sextant up, or name its --port",
      })
  void errorsSayWhatToDoAndEndWithOne(String line, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "c,t\n");
    Commands.Result result = Commands.run(line.strip().replace("FILE", file.toString()).split(" "));
    assertThat(result.err()).contains(message.strip()).doesNotContain("Exception");
    assertThat(result.err().lines()).hasSizeBetween(1, 2);
    assertThat(result.out()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--help",
    "up --help",
    "import --help",
    "import interactions --help",
    "demo --help",
    "import rows --help",
    "import traces --help",
    "import algorithm-models --help"
  })
  void helpIsNoError(String line) {
    Commands.Result result = Commands.run(line.split(" "));
    assertThat(result.out()).startsWith("Usage: sextant");
    assertThat(result.exitCode()).isZero();
  }
}
