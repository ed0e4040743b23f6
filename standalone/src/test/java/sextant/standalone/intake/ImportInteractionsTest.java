package sextant.standalone.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import sextant.standalone.Commands;
import sextant.standalone.MeshExtension;

/// Rejected rows, keys and outcomes of an import into a running mesh.
class ImportInteractionsTest {

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  @TempDir private Path folder;

  @Test
  void badRowsAreReportedWithTheirLinesAndTheOthersTaken() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.csv"),
            """
            who,day,worth
            c1,2026-01-01,1
            ,2026-01-01,1
            c2,soon,1
            c3,2026-01-01,1.0000001
            c4,2027-01-01,1
            c5,2026-01-01
            c6,2026-01-01,6
            """);
    Path rejects = folder.resolve("rejects.csv");
    Commands.Result result =
        Commands.importInteractions(
            MESH,
            file,
            "--type=t --customer=who --time=day --value=worth --tenant=odd --rejects=" + rejects);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).startsWith("2 recorded, 0 already there, 5 rejected, in ");
    assertThat(result.err())
        .isEqualTo(
            """
            line 3: customer_id: value is required
            line 4: day: "soon" is not %s
            line 5: value: must be a decimal number with up to 18 digits before and 6 after the point
            line 6: timestamp: must be at most 24 hours in the future
            line 7: row: has 2 cells, the header line has 3
            """
                .formatted(Dates.FORMS));
    assertThat(Files.readAllLines(rejects))
        .hasSize(6)
        .contains("3,\"customer_id\",\"value is required\"");
  }

  @Test
  void manyBadRowsAreSummedUp() throws IOException {
    String rows =
        IntStream.range(0, 3_000).mapToObj(row -> "c,never\n").collect(Collectors.joining());
    Path file = Files.writeString(folder.resolve("a.csv"), "c,t\n" + rows);
    Commands.Result result =
        Commands.importInteractions(MESH, file, "--type=t --customer=c --time=t --tenant=odd");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(21);
    assertThat(result.err())
        .endsWith("and 2,980 more; --rejects FILE writes all of them to a file\n");
  }

  @Test
  void aKeyColumnDecidesWhatIsTheSame() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            """
            {"c": "c1", "t": "2026-01-01", "order": "o1", "value": 1}
            {"c": "c1", "t": "2026-01-02", "order": "o1", "value": 2}
            {"c": "c1", "t": "2026-01-02", "order": "o2", "value": 2}
            """);
    Commands.Result result =
        Commands.importInteractions(
            MESH, file, "--type=t --customer=c --time=t --key=order --tenant=keyed");
    assertThat(result.out()).startsWith("2 recorded, 1 already there, 0 rejected, in ");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void anEmptyFileIsNoError() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "c,t\n");
    Commands.Result result =
        Commands.importInteractions(MESH, file, "--type=t --customer=c --time=t --end-at=now");
    assertThat(result.out()).startsWith("0 recorded, 0 already there, 0 rejected, in ");
    assertThat(result.exitCode()).isZero();
  }
}
