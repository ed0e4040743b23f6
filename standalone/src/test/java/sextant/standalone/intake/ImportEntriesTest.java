package sextant.standalone.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.standalone.Call;
import sextant.standalone.Commands;
import sextant.standalone.MeshExtension;

/// Imports of decision data into a running mesh, read back through the gateway.
class ImportEntriesTest {

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  @TempDir private Path folder;

  @BeforeEach
  void startEmpty() {
    MESH.clear();
  }

  private Commands.Result importFile(String kind, Path file, String... options) {
    return Commands.importEntries(MESH, kind, file, String.join(" ", options));
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static com.fasterxml.jackson.databind.JsonNode list(String kind) {
    return MESH.send(Call.get("/api/v1/" + kind).tenant("my-tenant")).expect(200).json();
  }

  /// A smallest row of each kind as JSON lines, and how it is listed.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          offers           | offers           | {"id": "1", "name": "n", "budget": {"maxPerDay": 10}}
          creatives        | creatives        | {"id": "1", "offerId": "o", "channelId": "c"}
          channels         | channels         | {"id": "1", "name": "n", "status": "paused"}
          categories       | categories       | {"id": "1", "name": "n"}
          experiments      | experiments      | {"id": "1", "name": "n"}
          triggers         | triggers         | {"id": "1", "name": "n", "eventType": "click"}
          approvals        | approvals        | {"id": "1", "entityType": "offer", "entityId": "o"}
          budgets          | budgets          | {"id": "1", "scope": "offer", "scopeId": "o", "maxSpend": 10.50}
          suppressions     | suppressions     | {"id": "1", "customerId": "c", "scope": "global", "policyType": "cooldown"}
          attribution      | attribution      | {"id": "1", "customerId": "c", "conversionId": "x", "model": "linear", "totalValue": 300.25}
          algorithm-models | algorithm-models | {"id": "1", "name": "n", "metricsHistory": [{"date": "2026-03-15", "auc": 0.82}]}
          traces           | decision-traces  | {"id": "1", "customerId": "c", "scoringResults": [{"offerId": "o", "score": 0.5}]}
          """)
  void everyKindIsTaken(String kind, String path, String row) throws IOException {
    Commands.Result result = importFile(kind, file("a.jsonl", row + "\n"));

    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).matches("1 (saved|recorded, 0 already there), 0 rejected, in .* s\n");
    assertThat(list(path).at("/data/0/id").asText()).isEqualTo("1");

    Commands.Result again = importFile(kind, file("a.jsonl", row + "\n"));
    assertThat(again.out()).matches("(1 saved|0 recorded, 1 already there), 0 rejected, in .* s\n");
    assertThat(list(path).at("/pagination/total").asInt()).isEqualTo(1);
  }

  @Test
  void cellsOfCsvBecomeWhatTheFieldsAre() throws IOException {
    Path file =
        file(
            "a.csv",
            """
            id,scope,scope_id,periodType,periodKey,maxSpend,maxImpressions,name
            007,offer,42,monthly,2026-03,10000.50,1000,
            8,global,,,,,,"All, really"
            """);

    assertThat(importFile("budgets", file).out()).startsWith("2 saved, 0 rejected");
    assertThat(list("budgets").get("data").toString())
        .isEqualTo(
            """
            [{"id":"007","name":null,"scope":"offer","scopeId":"42","periodType":"monthly",\
            "periodKey":"2026-03","maxSpend":10000.5,"maxImpressions":1000,"maxConversions":null},\
            {"id":"8","name":"All, really","scope":"global","scopeId":null,"periodType":"alltime",\
            "periodKey":null,"maxSpend":null,"maxImpressions":null,"maxConversions":null}]""");
  }

  @Test
  void listsDatesAndFlagsComeFromCsvToo() throws IOException {
    Path file =
        file(
            "a.csv",
            """
            id,customerId,createdAt,degradedScoring,scoringResults
            t1,anna,2026-03-15 10:00:00,true,"[{""offerId"": ""o"", ""score"": 0.5}]"
            """);

    assertThat(importFile("traces", file).out()).startsWith("1 recorded, 0 already there");
    var trace = list("decision-traces").at("/data/0");
    assertThat(trace.get("createdAt").asText()).isEqualTo("2026-03-15T10:00:00.000Z");
    assertThat(trace.get("degradedScoring").asBoolean()).isTrue();
    assertThat(trace.at("/scoringResults/0/rank").asInt()).isEqualTo(1);
  }

  @Test
  void badRowsAreReportedWithTheirLinesAndTheOthersTaken() throws IOException {
    Path file =
        file(
            "a.jsonl",
            """
            {"id": "1", "scope": "offer", "scopeId": "o", "periodType": "daily", "periodKey": "soon"}
            {"id": "2", "scope": "moon"}
            {"id": "3", "scope": "global", "maxSpent": 3}
            {"id": "4", "scope": "global"}
            {"id": "5", "scope": "offer"}
            {"id": "6", "scope": "global", "maxSpend": "much"}
            {"id": "7"
            {"id": "8"}
            """);
    Path rejects = folder.resolve("rejects.csv");

    Commands.Result result = importFile("budgets", file, "--rejects=" + rejects);

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).startsWith("1 saved, 7 rejected, in ");
    assertThat(result.err())
        .contains("line 1: periodKey: must be like 2026-03-24 (daily)")
        .contains("line 2: scope: must be one of global, category, offer, channel")
        .contains("line 3: maxSpent: ")
        .contains("line 5: scopeId: is required unless the scope is global\n")
        .contains("line 6: maxSpend: must be a number")
        .contains("line 7: row: is no JSON")
        .contains("line 8: scope: value is required\n");
    assertThat(Files.readAllLines(rejects)).hasSize(8);
    assertThat(list("budgets").at("/data/0/id").asText()).isEqualTo("4");
  }

  @Test
  void badCellsAreReportedWithTheirField() throws IOException {
    Path file =
        file(
            "a.csv",
            """
            customerId,createdAt,totalLatencyMs,selectedOffers
            anna,soon,1,
            anna,,fast,
            anna,,1,[{
            anna,,1,"[{""offerId"": ""o"", ""rank"": 0}]"
            """);

    Commands.Result result = importFile("traces", file);

    assertThat(result.out()).startsWith("0 recorded, 0 already there, 4 rejected, in ");
    assertThat(result.err())
        .contains("line 2: createdAt: \"soon\" is not a date such as")
        .contains("line 3: totalLatencyMs: must be an integer")
        .contains("line 4: selectedOffers: is no JSON")
        .contains("line 5: selectedOffers[0].rank: ");
  }

  @Test
  void aColumnWithoutAFieldEndsTheImport() throws IOException {
    Commands.Result result = importFile("offers", file("a.csv", "id,nome\n1,n\n"));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("there is no field for the column nome; fields are id, name, status, categoryId");
  }

  /// More rows than a call takes; equal rows without an id, and the same id twice.
  @Test
  void aLongFileIsTakenOnceHoweverOftenItIsImported() throws IOException {
    Random random = new Random(7);
    StringBuilder rows = new StringBuilder();
    for (int row = 0; row < 2_500; row++) {
      rows.append(
          "{\"customerId\": \"c%d\", \"totalLatencyMs\": %d}%n"
              .formatted(random.nextInt(20), random.nextInt(20)));
    }
    Path file = file("a.jsonl", rows.toString());

    assertThat(importFile("traces", file).out())
        .startsWith("2,500 recorded, 0 already there, 0 rejected, in ");
    assertThat(importFile("traces", file).out())
        .startsWith("0 recorded, 2,500 already there, 0 rejected, in ");
    assertThat(list("decision-traces").at("/pagination/total").asInt()).isEqualTo(2_500);
  }

  @Test
  void theLaterRowOfAnEntryWins() throws IOException {
    Path file =
        file(
            "a.csv",
            """
            id,name
            1,first
            2,other
            1,last
            """);

    assertThat(importFile("categories", file).out()).startsWith("3 saved, 0 rejected");
    assertThat(list("categories").at("/data/0/name").asText()).isEqualTo("last");
    assertThat(list("categories").at("/pagination/total").asInt()).isEqualTo(2);
  }
}
