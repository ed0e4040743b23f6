package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.kit.testing.Seeds;

/// PostgreSQL is the judge: what passes here it must take.
class JsonObjectsTest {

  private static EmbeddedDatabase database;

  @BeforeAll
  static void open() {
    database = EmbeddedDatabase.empty();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static boolean takenByPostgres(String text) {
    try {
      database.asOwner(sql -> sql.fetch("select cast(? as jsonb)", text));
      return true;
    } catch (DataAccessException refused) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " {\"a\" : [1, 2.5e3, -0, true, false, null, \"x\"] } \n",
        "{\"\": {\"\": []}}",
        "{\"a\": \"\\ud83d\\ude00 \\\\u0000 \\u0001\"}",
        "{\"a\": 1e1000, \"b\": 1E-1000, \"c\": 0e+0001000}",
        "{\"a\": 12345678901234567890123456789012345678901234567890.123456789}"
      })
  void accepts(String text) {
    assertThat(JsonObjects.fault(text)).isEmpty();
    assertThat(takenByPostgres(text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~                    | must be a JSON object",
        "[]                    | must be a JSON object",
        "null                  | must be a JSON object",
        "1                     | must be a JSON object",
        "x                     | must be a JSON object; ",
        "{                     | must be a JSON object; ",
        "{\"a\":1,}            | must be a JSON object; ",
        "{a:1}                 | must be a JSON object; ",
        "{\"a\":01}            | must be a JSON object; ",
        "{\"a\":NaN}           | must be a JSON object; ",
        "{\"a\":1,\"a\":2}     | must be a JSON object; Duplicate",
        "{} {}                 | must be one JSON object and nothing after it",
        "{}x                   | must be a JSON object; ",
        "{\"a\":\"\\u0000\"}   | must not contain U+0000",
        "{\"\\u0000\":1}       | must not contain U+0000",
        "{\"a\":\"\\ud83d\"}   | must not contain U+0000 or half a surrogate pair",
        "{\"a\":\"\\ude00\\ud83d\"} | must not contain U+0000 or half a surrogate pair",
        "{\"a\":1e1001}        | must have numbers of at most 100 characters with exponents up to",
        "{\"a\":1e-99999999999}| must have numbers of at most 100 characters with exponents up to"
      })
  void refuses(String text, String fault) {
    assertThat(JsonObjects.fault(text)).get().asString().startsWith(fault);
  }

  @Test
  void depthSizeAndNumbersAreBounded() {
    assertThat(JsonObjects.fault("{\"a\":".repeat(32) + "1" + "}".repeat(32))).isEmpty();
    assertThat(JsonObjects.fault("{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}"))
        .contains("must be nested at most 32 levels deep");
    assertThat(JsonObjects.fault("{\"a\":".repeat(9_000)))
        .contains("must be nested at most 32 levels deep");
    String frame = "{\"a\":\"\"}";
    String full = "x".repeat(JsonObjects.MAX_CHARACTERS - frame.length());
    assertThat(JsonObjects.fault("{\"a\":\"" + full + "\"}")).isEmpty();
    assertThat(JsonObjects.fault("{\"a\":\"" + full + "x\"}"))
        .contains("must have at most 65,536 characters");
    assertThat(JsonObjects.fault("{\"" + full + "\":1}")).isEmpty();
    assertThat(JsonObjects.fault("{\"a\":" + "1".repeat(100) + "}")).isEmpty();
    assertThat(JsonObjects.fault("{\"a\":" + "1".repeat(101) + "}")).isPresent();
  }

  /// Random damage to a valid object. One in ten is still valid; PostgreSQL must take those.
  @Test
  void whatPassesPostgresTakes() {
    String valid = "{\"a\\u00e9\":[1.5e3,{\"b\":\"\\ud83d\\ude00\"},-0,null],\"c\":\"d\\\\e\"}";
    Seeds.forEach(
        1_500,
        random -> {
          StringBuilder text = new StringBuilder(valid);
          for (int damage = random.nextInt(2); damage >= 0; damage--) {
            text.setCharAt(random.nextInt(text.length()), character(random));
          }
          if (JsonObjects.fault(text.toString()).isEmpty()) {
            assertThat(takenByPostgres(text.toString())).as(text.toString()).isTrue();
          }
        });
  }

  private static char character(Random random) {
    String interesting = "{}[]\",:0123456789.eE+-\\udnt al";
    return interesting.charAt(random.nextInt(interesting.length()));
  }
}
