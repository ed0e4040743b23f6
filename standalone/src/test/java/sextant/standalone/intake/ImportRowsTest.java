package sextant.standalone.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import sextant.standalone.Call;
import sextant.standalone.Commands;
import sextant.standalone.MeshExtension;
import sextant.standalone.Reply;

/// Files become rows of customer tables, through the command line, the gateway and back.
class ImportRowsTest {

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  private static final String CUSTOMERS =
      """
      {"name": "customers", "fields": [
        {"name": "id", "dataType": "text"}, {"name": "gender", "dataType": "varchar", "length": 1},
        {"name": "age", "dataType": "integer"}, {"name": "income", "dataType": "bigint"},
        {"name": "became_member_on", "dataType": "date"}]}""";

  private static final String KINDS =
      """
      {"name": "kinds", "fields": [
        {"name": "id", "dataType": "bigint"}, {"name": "note", "dataType": "text"},
        {"name": "exact", "dataType": "decimal", "precision": 30, "scale": 10},
        {"name": "big", "dataType": "bigint"}, {"name": "flag", "dataType": "boolean"},
        {"name": "day", "dataType": "date"}, {"name": "at", "dataType": "timestamp"},
        {"name": "more", "dataType": "json"},
        {"name": "code", "dataType": "varchar", "length": 3, "isUnique": true}]}""";

  @TempDir private Path folder;

  @BeforeEach
  void clear() {
    MESH.clear();
  }

  @Test
  void realCustomersComeInOnceAndCanBeSegmented() throws IOException {
    String schema = create(CUSTOMERS);
    Path file = folder.resolve("customers.jsonl");
    try (InputStream packed = Files.newInputStream(Commands.CUSTOMERS)) {
      Files.copy(new GZIPInputStream(packed), file);
    }
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(Reply.JSON.readTree(line));
    }

    Commands.Result first = Commands.importRows(MESH, "customers", file, "");
    assertThat(first.out()).startsWith("17,000 inserted, 0 updated, 0 rejected, in ");
    assertThat(first.exitCode()).isZero();
    Commands.Result second = Commands.importRows(MESH, schema, file, "--mode=upsert");
    assertThat(second.out()).startsWith("0 inserted, 17,000 updated, 0 rejected, in ");
    Commands.Result third = Commands.importRows(MESH, schema, file, "--mode=insert");
    assertThat(third.out()).startsWith("0 inserted, 17,000 already there, 0 rejected, in ");

    Predicate<JsonNode> wanted =
        customer ->
            customer.get("gender").isNull()
                || customer.get("income").asInt() > 100_000
                    && customer.get("became_member_on").asText().compareTo("20180101") >= 0;
    String segment =
        """
        {"name": "s", "baseSchemaId": "%s", "filters": [{"or": [
          {"field": "gender", "operator": "is_null"},
          {"and": [{"field": "income", "operator": ">", "value": 100000},
                   {"field": "became_member_on", "operator": ">=", "value": "2018-01-01"}]}]}]}"""
            .formatted(schema);
    assertThat(
            send(Call.post("/api/v1/segments", segment))
                .expect(201)
                .json()
                .get("customerCount")
                .asLong())
        .isEqualTo(lines.stream().filter(wanted).count())
        .isPositive();
  }

  @Test
  void csvCellsBecomeValuesOfTheirFields() throws IOException {
    String schema = create(KINDS);
    Path file =
        Files.writeString(
            folder.resolve("a.csv"),
            """
            \uFEFFid,text,exact,big,flag,day,at,more,unused
            1," said ""hi, you""
             and left ü漢😀",0.1000000001,9007199254740993, yes ,2026-01-31,2026-01-31T10:00:00.123456+02:00,"{""a"":[1.10]}",x
            2,007,,,,,,,
            3,null,-12345678901234567890.0123456789,-9223372036854775808,F, 20260131 ,2026-01-31 10:00:00,"null",
            """);
    Commands.Result result =
        Commands.importRows(MESH, "kinds", file, "--rename=text=note --skip=unused");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("3 inserted, 0 updated, 0 rejected, in ");
    assertThat(send(Call.get("/api/v1/schemas/" + schema + "/data")).expect(200).json().get("rows"))
        .isEqualTo(
            Reply.JSON.readTree(
                """
                [{"id": 1, "note": " said \\"hi, you\\"\\n and left ü漢😀", "exact": 0.1000000001,
                  "big": 9007199254740993, "flag": true, "day": "2026-01-31",
                  "at": "2026-01-31T08:00:00.123456Z", "more": {"a": [1.10]}, "code": null},
                 {"id": 2, "note": "007", "exact": null, "big": null, "flag": null, "day": null,
                  "at": null, "more": null, "code": null},
                 {"id": 3, "note": "null", "exact": -12345678901234567890.0123456789,
                  "big": -9223372036854775808, "flag": false, "day": "2026-01-31",
                  "at": "2026-01-31T10:00:00.000Z", "more": null, "code": null}]"""));
  }

  @Test
  void badRowsAreReportedWithTheirLinesAndTheOthersTaken() throws IOException {
    create(KINDS);
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            """
            {"id": 1, "code": "a"}

            {"id": "2"}
            {"id": 3, "age": 7}
            {"id": 4, "code": "a"}
            {"id": 5, "code": "long"}
            {"code": "b"}
            {"id": 6
            [7]
            {"id": 8, "note": "half \\ud800"}
            {"id": 9, "more": %s}
            {"id": 10, "day": "2026-02-30", "flag": 1}
            {"id": 11, "exact": 1e400}
            {"id": 12, "code": "c"}
            """
                .formatted("[".repeat(64) + "]".repeat(64)));
    Path rejects = folder.resolve("rejects.csv");
    Commands.Result result = Commands.importRows(MESH, "kinds", file, "--rejects=" + rejects);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).startsWith("2 inserted, 0 updated, 11 rejected, in ");
    assertThat(result.err().lines().map(line -> line.substring(0, Math.min(line.length(), 50))))
        .containsExactly(
            "line 3: id: must be an integer, was a string",
            "line 4: age: is not a field of the schema, which h",
            "line 5: code: must be unique, another row has it",
            "line 6: code: must have at most 3 characters",
            "line 7: id: is required",
            "line 8: row: is no JSON: Unexpected end-of-input: ",
            "line 9: row: is no JSON object; the file should ha",
            "line 10: note: must be valid Unicode, has half a s",
            "line 11: row: is no JSON: Document nesting depth (",
            "line 12: day: must be a date such as \"2026-03-16\",",
            "line 12: flag: must be true or false, was a number",
            "line 13: exact: must have at most 20 digits before");
    assertThat(Files.readAllLines(rejects)).hasSize(13);
  }

  @Test
  void anEmptyCellTakesAValueAwayAndOtherColumnsStay() throws IOException {
    String schema = create(KINDS);
    Path before = Files.writeString(folder.resolve("a.csv"), "id,note,big\n1,one,11\n2,two,22\n");
    Commands.importRows(MESH, "kinds", before, "");
    Path after = Files.writeString(folder.resolve("b.tsv"), "id\tnote\n1\t\n3\tthree\n");
    assertThat(Commands.importRows(MESH, "kinds", after, "").out())
        .startsWith("1 inserted, 1 updated, 0 rejected, in ");
    assertThat(
            send(Call.get("/api/v1/schemas/" + schema + "/data"))
                .json()
                .get("rows")
                .valueStream()
                .map(row -> row.get("id") + " " + row.get("note") + " " + row.get("big")))
        .containsExactly("1 null 11", "2 \"two\" 22", "3 \"three\" null");
  }

  @Test
  void rowsOfManyMessagesKeepTheirLines() throws IOException {
    create(KINDS);
    String rows =
        IntStream.rangeClosed(1, 12_000)
            .mapToObj(id -> id % 4_000 == 0 ? "x\n" : id + "\n")
            .collect(Collectors.joining());
    Path file = Files.writeString(folder.resolve("a.csv"), "id\n" + rows);
    Commands.Result result = Commands.importRows(MESH, "kinds", file, "");
    assertThat(result.out()).startsWith("11,997 inserted, 0 updated, 3 rejected, in ");
    assertThat(result.err())
        .isEqualTo(
            """
            line 4001: id: must be a number, was "x"
            line 8001: id: must be a number, was "x"
            line 12001: id: must be a number, was "x"
            """);
  }

  @Test
  void aFileThatDoesNotFitIsRefusedBeforeAnyRow() throws IOException {
    create(CUSTOMERS);
    Path file = Files.writeString(folder.resolve("a.csv"), "key,age\n1,2\n");
    assertThat(failure("costumers", file, ""))
        .isEqualTo("sextant: there is no schema costumers; there is customers\n");
    assertThat(failure("customers", file, ""))
        .isEqualTo(
            "sextant: the schema customers has no field key; it has id, gender, age, income,"
                + " became_member_on. --skip leaves a column out, --rename gives it to a field\n");
    assertThat(failure("customers", file, "--skip=key"))
        .isEqualTo("sextant: the file has no column for the required field id; it has key, age\n");
    assertThat(failure("customers", file, "--rename=age=id --rename=key=id"))
        .isEqualTo("sextant: two columns of the file go to the field id\n");
    assertThat(failure("customers", file, "--rename=kay=id"))
        .isEqualTo("sextant: the file has no column kay; it has key, age\n");
    assertThat(failure("customers", file, "--tenant=other"))
        .isEqualTo(
            "sextant: there is no schema customers; the tenant has none, POST /api/v1/schemas makes one\n");
  }

  private static String failure(String schema, Path file, String options) {
    Commands.Result result = Commands.importRows(MESH, schema, file, options);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    return result.err();
  }

  private static String create(String schema) {
    return send(Call.post("/api/v1/schemas", schema)).expect(201).text("id");
  }

  private static Reply send(Call call) {
    return MESH.send(call.tenant("my-tenant"));
  }
}
