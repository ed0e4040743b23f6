package sextant.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.gateway.json.shapes.Choice;
import sextant.gateway.json.shapes.Contract;
import sextant.gateway.json.shapes.Known;
import sextant.gateway.json.shapes.Lists;
import sextant.gateway.json.shapes.Maps;
import sextant.gateway.json.shapes.Scalars;
import sextant.gateway.json.shapes.Tree;
import sextant.gateway.json.shapes.UpdateItem;
import sextant.metrics.v1.CreateMetricRequest;

/// Every kind of bad document with its exact answer.
class BadInputTest {
  private final Programs programs = new Programs();

  private List<Problem> problems(Message type, byte[] json) {
    return programs.reader(type.getDescriptorForType()).read(json, Set.of()).problems();
  }

  private void assertProblem(Message type, String json, String field, String message) {
    assertThat(problems(type, json.getBytes(StandardCharsets.UTF_8)))
        .as(json)
        .containsExactly(new Problem(field, message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"int32Field":"30"}                  | int32Field  | must be an integer, was a string
          {"int32Field":true}                  | int32Field  | must be an integer, was a boolean
          {"int32Field":[1]}                   | int32Field  | must be an integer, was an array
          {"int32Field":{"a":[{}]}}            | int32Field  | must be an integer, was an object
          {"int32Field":30.5}                  | int32Field  | must be an integer, was 30.5
          {"int32Field":1e-1}                  | int32Field  | must be an integer, was 1e-1
          {"int32Field":2147483648}            | int32Field  | must be an integer between -2147483648 and 2147483647, was 2147483648
          {"int32Field":-2147483649}           | int32Field  | must be an integer between -2147483648 and 2147483647, was -2147483649
          {"int32Field":1e999999999}           | int32Field  | must be an integer between -2147483648 and 2147483647, was 1e999999999
          {"int32Field":1e-999999999}          | int32Field  | must be an integer between -2147483648 and 2147483647, was 1e-999999999
          {"int32Field":1e99999999999999}      | int32Field  | must be an integer between -2147483648 and 2147483647, was 1e99999999999999
          {"int64Field":9223372036854775808}   | int64Field  | must be an integer between -9223372036854775808 and 9223372036854775807, was 9223372036854775808
          {"int64Field":-9223372036854775809}  | int64Field  | must be an integer between -9223372036854775808 and 9223372036854775807, was -9223372036854775809
          {"uint32Field":-1}                   | uint32Field | must be an integer between 0 and 4294967295, was -1
          {"uint64Field":18446744073709551616} | uint64Field | must be an integer between 0 and 18446744073709551615, was 18446744073709551616
          {"sint32Field":2147483648}           | sint32Field | must be an integer between -2147483648 and 2147483647, was 2147483648
          {"fixed32Field":4294967296}          | fixed32Field | must be an integer between 0 and 4294967295, was 4294967296
          {"doubleField":"1"}                  | doubleField | must be a number between -1.7976931348623157e308 and 1.7976931348623157e308, was a string
          {"doubleField":1e309}                | doubleField | must be a number between -1.7976931348623157e308 and 1.7976931348623157e308, was 1e309
          {"floatField":1e39}                  | floatField  | must be a number between -3.4028235e38 and 3.4028235e38, was 1e39
          {"boolField":"true"}                 | boolField   | must be true or false, was a string
          {"boolField":1}                      | boolField   | must be true or false, was a number
          {"stringField":5}                    | stringField | must be a string, was a number
          {"stringField":"a\\u0000b"}          | stringField | must not contain the character U+0000
          {"stringField":"\\ud800"}            | stringField | must not contain half of a surrogate pair
          {"stringField":"\\udc00\\ud800"}     | stringField | must not contain half of a surrogate pair
          {"bytesField":"no base64!"}          | bytesField  | must be a base64 string, was "no base64!"
          {"bytesField":1}                     | bytesField  | must be a base64 string, was a number
          {"light":"blue"}                     | light       | must be one of red, amber, deep_green, was "blue"
          {"light":"RED"}                      | light       | must be one of red, amber, deep_green, was "RED"
          {"light":"TRAFFIC_LIGHT_RED"}        | light       | must be one of red, amber, deep_green, was "TRAFFIC_LIGHT_RED"
          {"light":"unspecified"}              | light       | must be one of red, amber, deep_green, was "unspecified"
          {"light":1}                          | light       | must be one of red, amber, deep_green, was a number
          {"comparison":"equal"}               | comparison  | must be one of EQUAL, GREATER_THAN, BELOW, was "equal"
          {"int32Feild":1}                     | int32Feild  | is not a known field; did you mean "int32Field"?
          {"int32_field":1}                    | int32_field | is not a known field; did you mean "int32Field"?
          {"INT32FIELD":1}                     | INT32FIELD  | is not a known field; did you mean "int32Field"?
          {"boolField":true,"boolField":true}  | boolField   | is given twice
          {"boolField":null,"boolField":true}  | boolField   | is given twice
          """)
  void scalars(String json, String field, String message) {
    assertProblem(Scalars.getDefaultInstance(), json, field, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"int32Field":1}                      | int32Field    | must be an array, was a number
          {"int32Field":{}}                     | int32Field    | must be an array, was an object
          {"int32Field":[1,"2"]}                | int32Field[1] | must be an integer, was a string
          {"int32Field":[1,null]}               | int32Field[1] | must not be null
          {"int32Field":[[1]]}                  | int32Field[0] | must be an integer, was an array
          {"message":[{},{"boolField":0}]}      | message[1].boolField | must be true or false, was a number
          {"message":[null]}                    | message[0]    | must not be null
          {"message":["x"]}                     | message[0]    | must be an object, was a string
          {"timestamp":["2026-01-31"]}          | timestamp[0]  | must be a date and time with an offset such as 2026-01-31T10:00:00.000Z, was "2026-01-31"
          {"wrapped":[1,null]}                  | wrapped[1]    | must not be null
          """)
  void lists(String json, String field, String message) {
    assertProblem(Lists.getDefaultInstance(), json, field, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"byString":[]}                        | byString           | must be an object, was an array
          {"byString":{"a":1}}                   | byString["a"]      | must be a string, was a number
          {"byString":{"a":null}}                | byString["a"]      | must not be null
          {"byString":{"a":"x","a":"y"}}         | byString["a"]      | is given twice
          {"byString":{"\\u0000":"x"}}           | byString["?"]     | must not contain the character U+0000
          {"byInt32":{"x":1}}                    | byInt32[x]         | as a key must be an integer, was "x"
          {"byInt32":{"1.5":1}}                  | byInt32[1.5]       | must be an integer, was 1.5
          {"byInt32":{"2147483648":1}}           | byInt32[2147483648] | must be an integer between -2147483648 and 2147483647, was 2147483648
          {"byBool":{"yes":{}}}                  | byBool[yes]        | as a key must be true or false, was "yes"
          {"byBool":{"true":{"nme":""}}}         | byBool[true].nme   | is not a known field; did you mean "name"?
          {"bySfixed32":{"1":{}}}                | bySfixed32[1]      | must be a date and time with an offset such as 2026-01-31T10:00:00.000Z, was an object
          """)
  void maps(String json, String field, String message) {
    assertProblem(Maps.getDefaultInstance(), json, field.replace("?", "\0"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"timestamp":1}                           | timestamp | must be a date and time with an offset such as 2026-01-31T10:00:00.000Z, was a number
          {"timestamp":"2026-01-31T10:00:00"}       | timestamp | must be a date and time with an offset such as 2026-01-31T10:00:00.000Z, was "2026-01-31T10:00:00"
          {"timestamp":"2026-02-29T10:00:00Z"}      | timestamp | must be a date and time with an offset such as 2026-01-31T10:00:00.000Z, was "2026-02-29T10:00:00Z"
          {"duration":"1.5"}                        | duration  | must be a number of seconds such as "1.5s", was "1.5"
          {"duration":"315576000001s"}              | duration  | must be a number of seconds such as "1.5s", was "315576000001s"
          {"mask":"a_b"}                            | mask      | must be field names separated by commas such as "name,windowDays", was "a_b"
          {"structure":[]}                          | structure | must be an object, was an array
          {"structure":{"a":{"b":1,"b":2}}}         | structure.a.b | is given twice
          {"structure":{"a":["\\u0000"]}}           | structure.a[0] | must not contain the character U+0000
          {"list":{}}                               | list      | must be an array, was an object
          {"value":1e400}                           | value     | must be a number between -1.7976931348623157e308 and 1.7976931348623157e308, was 1e400
          {"int32Value":"1"}                        | int32Value | must be an integer, was a string
          {"uint32Value":-1}                        | uint32Value | must be an integer between 0 and 4294967295, was -1
          """)
  void wellKnownTypes(String json, String field, String message) {
    assertProblem(Known.getDefaultInstance(), json, field, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"decimal":"1.5"}                  | decimal    | must be a number, was a string
          {"decimal":1e1000}                 | decimal    | must be a number of at most 1000 digits
          {"decimal":1e-1001}                | decimal    | must be a number of at most 1000 digits
          {"decimal":1e999999999999}         | decimal    | must be a number of at most 1000 digits
          {"rawObject":[]}                   | rawObject  | must be an object, was an array
          {"rawObject":"{}"}                 | rawObject  | must be an object, was a string
          {"rawArray":{}}                    | rawArray   | must be an array, was an object
          {"rawObject":{"a":{"b":1,"b":2}}}  | rawObject.a.b | is given twice
          {"rawArray":[{},"\\u0000"]}        | rawArray[1] | must not contain the character U+0000
          {"rawObject":{"\\u0000":1}}        | rawObject.? | must not contain the character U+0000
          {"rawArray":["\\ud800"]}          | rawArray[0] | must not contain half of a surrogate pair
          {"type":"a","kind":"b"}            | kind       | is given twice
          {"eventType":"a","type":"b"}       | type       | is given twice
          {"type":5}                         | type       | must be a string, was a number
          {"secret":"s"}                     | secret     | is not a known field; known are decimal, optionalDecimal, decimals, rawAny, rawObject, rawArray, eventType, items, numbers, _count, omittedNumber, omittedItem, omittedList, omittedMap, omittedLight, omittedRaw, plainWithOmit, explicitNull, shown
          {"unseen":1}                       | unseen     | is not a known field; known are decimal, optionalDecimal, decimals, rawAny, rawObject, rawArray, eventType, items, numbers, _count, omittedNumber, omittedItem, omittedList, omittedMap, omittedLight, omittedRaw, plainWithOmit, explicitNull, shown
          {"counts":{"values":1}}            | counts     | is not a known field; did you mean "_count"?
          {"items":"x"}                      | items[0]   | must be an object, was a string
          {"items":{"nam":"x"}}              | items[0].nam | is not a known field; did you mean "name"?
          {"numbers":"x"}                    | numbers[0] | must be an integer, was a string
          """)
  void optionsOfTheContract(String json, String field, String message) {
    assertProblem(Contract.getDefaultInstance(), json, field.replace("?", "\0"), message);
  }

  @Test
  void updateMasksAreNoKeys() {
    assertProblem(
        UpdateItem.getDefaultInstance(),
        "{\"updateMask\":\"name\"}",
        "updateMask",
        "is not a known field; known are id, name, windowDays, groupBy, displayName");
  }

  @Test
  void membersOfAOneofExcludeEachOther() {
    assertProblem(
        Choice.getDefaultInstance(),
        "{\"number\":1,\"light\":null,\"text\":\"x\"}",
        "text",
        "must not be given together with \"number\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                    | must be JSON, was empty
          '  '                  | must be JSON, was empty
          []                    | must be an object, was an array
          null                  | must be an object, was null
          "x"                   | must be an object, was a string
          {                     | is not JSON: it ends too early
          {"name":              | is not JSON: it ends too early
          {"name":"a            | is not JSON: it ends too early
          {}{}                  | has more behind the end of the JSON, before line 1, column 4
          {} x                  | is not JSON: it breaks off before line 1, column 5
          {'name':"a"}          | is not JSON: it breaks off before line 1, column 3
          {"name":"a",}         | is not JSON: it breaks off before line 1, column 14
          {"name":01}           | is not JSON: it breaks off before line 1, column 10
          {"name":NaN}          | is not JSON: it breaks off before line 1, column 12
          {"name":"\\x"}        | is not JSON: it breaks off before line 1, column 12
          {"\\ud800":1}          | is not JSON: it breaks off before line 1, column 9
          /**/{}                | is not JSON: it breaks off before line 1, column 2
          """)
  void documentsThatAreNotJson(String json, String message) {
    assertProblem(Tree.getDefaultInstance(), json, "", message);
  }

  @Test
  void documentsThatAreNotUtf8() {
    byte[] latin = "{\"name\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(problems(Tree.getDefaultInstance(), latin))
        .containsExactly(new Problem("", "is not UTF-8 at byte 9"));
    byte[] utf16 = "{\"name\":\"a\"}".getBytes(StandardCharsets.UTF_16BE);
    assertThat(problems(Tree.getDefaultInstance(), utf16))
        .containsExactly(new Problem("", "is not JSON: it breaks off before line 1, column 2"));
    byte[] overlong = {'{', '"', (byte) 0xC0, (byte) 0x80, '"', ':', '1', '}'};
    assertThat(problems(Tree.getDefaultInstance(), overlong))
        .containsExactly(new Problem("", "is not UTF-8 at byte 2"));
    byte[] mark = "\uFEFF{}".getBytes(StandardCharsets.UTF_8);
    assertThat(problems(Tree.getDefaultInstance(), mark)).hasSize(1);
  }

  @Test
  void nestingIsLimitedTo64() {
    String deepest = "{\"left\":".repeat(63) + "{}" + "}".repeat(63);
    assertThat(problems(Tree.getDefaultInstance(), deepest.getBytes(StandardCharsets.UTF_8)))
        .isEmpty();
    assertProblem(
        Tree.getDefaultInstance(),
        "{\"left\":".repeat(64) + "{}" + "}".repeat(64),
        "",
        "must not be nested deeper than 64 levels");
    assertProblem(
        Contract.getDefaultInstance(),
        "{\"rawArray\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
        "",
        "must not be nested deeper than 64 levels");
    assertProblem(
        Tree.getDefaultInstance(),
        "{\"left\":".repeat(100_000),
        "",
        "must not be nested deeper than 64 levels");
  }

  @Test
  void allProblemsAreReportedTogether() {
    String json =
        """
        {"name":5,"aggregateFunction":"median","windowdays":"x","windowDays":"30",
         "groupByDimensions":["channelId",1],"filterConditions":[],"sqlFilter":null}""";
    assertThat(
            problems(
                CreateMetricRequest.getDefaultInstance(), json.getBytes(StandardCharsets.UTF_8)))
        .containsExactly(
            new Problem("name", "must be a string, was a number"),
            new Problem(
                "aggregateFunction", "must be one of count, sum, avg, min, max, was \"median\""),
            new Problem("windowdays", "is not a known field; did you mean \"windowDays\"?"),
            new Problem("windowDays", "must be an integer, was a string"),
            new Problem("groupByDimensions[1]", "must be a string, was a number"),
            new Problem("filterConditions", "must be an object, was an array"));
  }

  @Test
  void problemsBeforeTheBreakAreReportedToo() {
    assertThat(
            problems(
                Scalars.getDefaultInstance(),
                "{\"int32Field\":\"1\",}".getBytes(StandardCharsets.UTF_8)))
        .containsExactly(
            new Problem("int32Field", "must be an integer, was a string"),
            new Problem("", "is not JSON: it breaks off before line 1, column 20"));
  }

  @Test
  void atMostAHundredProblemsAreReported() {
    String elements =
        IntStream.range(0, 5_000).mapToObj(i -> "\"x\"").collect(Collectors.joining(","));
    String json = "{\"int32Field\":[" + elements + "]}";
    assertThat(problems(Lists.getDefaultInstance(), json.getBytes(StandardCharsets.UTF_8)))
        .hasSize(100)
        .endsWith(new Problem("int32Field[99]", "must be an integer, was a string"));
  }

  @Test
  void hugeKeysAndValuesAreShortenedInProblems() {
    String huge = "x".repeat(1_000_000);
    List<Problem> unknown =
        problems(
            Tree.getDefaultInstance(), ("{\"" + huge + "\":1}").getBytes(StandardCharsets.UTF_8));
    assertThat(unknown).hasSize(1);
    assertThat(unknown.getFirst().field()).hasSizeLessThan(200);
    List<Problem> value =
        problems(
            Scalars.getDefaultInstance(),
            ("{\"light\":\"" + huge + "\",\"int32Field\":" + "9".repeat(1_000_000) + "}")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(value).hasSize(2).allSatisfy(p -> assertThat(p.message()).hasSizeLessThan(300));
  }
}
