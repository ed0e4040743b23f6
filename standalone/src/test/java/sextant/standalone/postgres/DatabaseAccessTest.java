package sextant.standalone.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.standalone.CommandFailure;

class DatabaseAccessTest {

  @ParameterizedTest
  @CsvSource({
    "postgres://me:secret@db:6432/prod, jdbc:postgresql://db:6432/prod",
    "postgresql://me:secret@db/prod?sslmode=require, jdbc:postgresql://db:5432/prod?sslmode=require",
    "jdbc:postgresql://db/prod?user=me&password=secret&ssl=true, jdbc:postgresql://db:5432/prod?ssl=true",
  })
  void readsBothForms(String text, String url) {
    assertThat(DatabaseAccess.parse(text)).isEqualTo(new DatabaseAccess(url, "me", "secret"));
  }

  @Test
  void decodesTheLoginAndKeepsItOutOfLogs() {
    DatabaseAccess access = DatabaseAccess.parse("postgres://me:a%40b+c@db/prod");
    assertThat(access.ownerPassword()).isEqualTo("a@b+c");
    assertThat(access.toString()).doesNotContain("a@b+c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "prod",
        "mysql://me@db/prod",
        "postgres://db/prod",
        "postgres://me@db/",
        "postgres://me@d b/x"
      })
  void refusesAnythingElseWithTheFormsItTakes(String text) {
    assertThatThrownBy(() -> DatabaseAccess.parse(text))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith("--database-url takes postgres://");
  }

  @Test
  void saysWhyADatabaseCannotBeUsed() {
    try (EmbeddedDatabase database = EmbeddedDatabase.empty()) {
      new DatabaseAccess(database.url(), "postgres", "").checked();
      assertThatThrownBy(() -> new DatabaseAccess(database.url(), "nobody", "").checked())
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("role \"nobody\" does not exist");
    }
  }
}
