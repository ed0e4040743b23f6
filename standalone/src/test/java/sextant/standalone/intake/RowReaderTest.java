package sextant.standalone.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import sextant.metrics.v1.InteractionInput;
import sextant.standalone.CommandFailure;

/// Files become interactions: both formats, quoting, odd rows, properties.
class RowReaderTest {

  @TempDir private Path folder;

  private final Mapping mapping = new Mapping();

  @Test
  void csvCellsBecomeFieldsAndOtherColumnsProperties() throws IOException {
    List<String> rows =
        read(
            "a.csv",
            "\uFEFFcustomer, date ,amount,quantity,note\n"
                + "00001,2026-01-31,11.77,2,\"said \"\"hi, you\"\"\n and left\"\n"
                + "c2,20260131,,007,\n",
            "--type=purchase --customer=customer --time=date --value=amount");
    assertThat(rows)
        .containsExactly(
            "2: purchase 00001 2026-01-31T00:00:00Z 11.77 {\"quantity\":2,\"note\":\"said \\\"hi, you\\\"\\n and left\"}",
            "4: purchase c2 2026-01-31T00:00:00Z  {\"quantity\":\"007\"}");
  }

  @Test
  void jsonLinesKeepTheirTypes() throws IOException {
    List<String> rows =
        read(
            "events",
            "\n{\"who\": 17, \"at\": 1769854272, \"kind\": \"click\", \"n\": 1.10, \"deep\": {\"a\": [1]}, \"no\": null}\n",
            "--type-column=kind --customer=who --time=at");
    assertThat(rows)
        .containsExactly("2: click 17 2026-01-31T10:11:12Z  {\"n\":1.10,\"deep\":{\"a\":[1]}}");
  }

  @Test
  void oddRowsAreRejectedOneByOne() throws IOException {
    assertThat(
            read(
                "a.csv",
                "customer,date,way\nc1\nc2,soon,\nc3,2026-01-31,sideways\nc4,2026-01-31,Inbound\n",
                "--type=t --customer=customer --time=date --direction=way"))
        .containsExactly(
            "2: row: has 1 cells, the header line has 3",
            "3: date: \"soon\" is not " + Dates.FORMS,
            "4: way: \"sideways\" is neither inbound nor outbound",
            "5: t c4 2026-01-31T00:00:00Z  ");
    assertThat(
            read(
                "a.jsonl",
                "{\"c\": 1\n[1]\n{\"c\": 1, \"c\": 2}\n{\"c\": \"x\", \"d\": \"2026-01-31\"}\n",
                "--type=t --customer=c --time=d"))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("1: row: is no JSON: "),
            second -> assertThat(second).startsWith("2: row: is no JSON object"),
            third -> assertThat(third).startsWith("3: row: is no JSON: Duplicate field 'c'"),
            fourth -> assertThat(fourth).isEqualTo("4: t x 2026-01-31T00:00:00Z  "));
  }

  @Test
  void filesThatCannotBeMeantAreRefused() {
    assertThatThrownBy(() -> read("a.csv", "", "--type=t --customer=c --time=d"))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("the file is empty; its first line should name the columns");
    assertThatThrownBy(() -> read("a.csv", "c,d,c\n", "--type=t --customer=c --time=d"))
        .hasMessage("the header line names the column c twice");
    assertThatThrownBy(() -> read("a.csv", "c;d\n", "--type=t --customer=c --time=d"))
        .hasMessageStartingWith("the file has no column ")
        .hasMessageEndingWith("; it has c;d");
    assertThatThrownBy(() -> read("a.csv", "c,d\n\"x,1\n", "--type=t --customer=c --time=d"))
        .hasMessageStartingWith("the file is not CSV: ");
    assertThatThrownBy(
            () ->
                read(
                    "a.csv",
                    "c,d\ncaf\u00e9,2026-01-31\n".getBytes(StandardCharsets.ISO_8859_1),
                    "--type=t --customer=c --time=d"))
        .isInstanceOf(java.nio.charset.CharacterCodingException.class);
  }

  /// What the file becomes: interactions in one line each, rejections as the user sees them.
  private List<String> read(String name, String content, String options) throws IOException {
    return read(name, content.getBytes(StandardCharsets.UTF_8), options);
  }

  private List<String> read(String name, byte[] content, String options) throws IOException {
    new CommandLine(new Options(mapping)).parseArgs(options.split(" "));
    Path file = Files.write(folder.resolve(name), content);
    Dates dates = new Dates(ZoneId.of("UTC"));
    RowKeys keys = new RowKeys();
    List<String> result = new ArrayList<>();
    try (RowReader reader = RowReader.open(file, ',')) {
      mapping.check(reader.columns());
      for (boolean more = true; more; ) {
        try {
          Optional<Row> row = reader.next();
          more = row.isPresent();
          row.ifPresent(
              present ->
                  result.add(
                      text(
                          present.line(),
                          mapping.interaction(present, dates, Duration.ZERO, keys))));
        } catch (RowRejection rejection) {
          result.add(
              "%d: %s: %s".formatted(rejection.line(), rejection.field(), rejection.getMessage()));
        }
      }
    }
    return result;
  }

  private static String text(long line, InteractionInput row) {
    return "%d: %s %s %s %s %s"
        .formatted(
            line,
            row.getEventType(),
            row.getCustomerId(),
            java.time.Instant.ofEpochSecond(row.getTimestamp().getSeconds()),
            row.getValue(),
            row.getProperties());
  }

  @CommandLine.Command
  private record Options(@CommandLine.Mixin Mapping mapping) {}
}
