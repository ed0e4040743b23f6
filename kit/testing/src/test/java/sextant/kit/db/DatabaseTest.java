package sextant.kit.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sextant.kit.testing.EmbeddedDatabase;

class DatabaseTest {

  private static EmbeddedDatabase embedded;
  private static Database database;

  @BeforeAll
  static void open() {
    embedded =
        EmbeddedDatabase.migrated(
            "notes",
            fresh ->
                Migration.run(
                    fresh.config("sextant_notes"),
                    "notes",
                    "classpath:db/notes",
                    List.of("sextant_notes")));
    database = Database.open(embedded.config("sextant_notes"), "notes");
    insert("acme", "theirs");
    insert("other", "not theirs");
  }

  @AfterAll
  static void close() {
    database.close();
    embedded.close();
  }

  private static void insert(String tenant, String text) {
    database.inTenant(
        tenant, tx -> tx.execute("insert into notes.note values (?, ?)", tenant, text));
  }

  private static List<String> texts(DSLContext tx) {
    return tx.fetch("select text from notes.note order by text").getValues(0, String.class);
  }

  private static String show(DSLContext tx, String setting) {
    return tx.fetchOne("show " + setting).get(0, String.class);
  }

  @Test
  void aTransactionSeesItsTenantOnly() {
    assertThat(database.inTenant("acme", DatabaseTest::texts)).containsExactly("theirs");
    assertThat(database.inTenant("nobody", DatabaseTest::texts)).isEmpty();
  }

  @Test
  void backgroundWorkSeesAllAndCanNarrow() {
    assertThat(database.acrossTenants(DatabaseTest::texts)).containsExactly("not theirs", "theirs");
    List<String> narrowed =
        database.acrossTenants(
            tx -> {
              Database.scope(tx, "other");
              return texts(tx);
            });
    assertThat(narrowed).containsExactly("not theirs");
  }

  @Test
  void aTransactionCannotWriteForAnotherTenant() {
    assertThatThrownBy(
            () ->
                database.inTenant(
                    "acme", tx -> tx.execute("insert into notes.note values ('other', 'x')")))
        .isInstanceOf(DataAccessException.class)
        .hasMessageContaining("row-level security");
  }

  @Test
  void onlyTenantIdsReachTheStatement() {
    for (String hostile : List.of("", "*", "a'b", "a; drop table notes.note", "a".repeat(65))) {
      assertThatThrownBy(() -> database.inTenant(hostile, DatabaseTest::texts))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aFailureRollsBack() {
    assertThatThrownBy(
            () ->
                database.inTenant(
                    "acme",
                    tx -> {
                      tx.execute("insert into notes.note values ('acme', 'half')");
                      throw new IllegalStateException("stop");
                    }))
        .hasMessageContaining("stop");
    assertThat(database.inTenant("acme", DatabaseTest::texts)).containsExactly("theirs");
  }

  @Test
  void whatFailsInATransactionWithinAnotherIsUndoneAlone() {
    assertThatThrownBy(
            () ->
                database.inTenant(
                    "acme",
                    tx -> {
                      tx.execute("insert into notes.note values ('acme', 'outer')");
                      assertThatThrownBy(
                          () ->
                              tx.transaction(
                                  inner -> {
                                    inner
                                        .dsl()
                                        .execute("insert into notes.note values ('acme', 'inner')");
                                    inner.dsl().execute("select 1 / 0");
                                  }));
                      tx.transaction(
                          inner ->
                              inner
                                  .dsl()
                                  .execute("insert into notes.note values ('acme', 'second')"));
                      assertThat(texts(tx)).containsExactly("outer", "second", "theirs");
                      throw new IllegalStateException("leave nothing behind");
                    }))
        .hasMessage("leave nothing behind");
    assertThat(database.inTenant("acme", DatabaseTest::texts)).containsExactly("theirs");
  }

  /// More often than there are connections: each must find its way back to the pool.
  @Test
  void aCommitThatFailsChangesNothing() {
    for (int time = 0; time < 40; time++) {
      assertThatThrownBy(
              () ->
                  database.inTenant(
                      "acme",
                      tx -> {
                        tx.execute(
                            "create temporary table pair (a int, unique (a) deferrable initially"
                                + " deferred) on commit drop");
                        tx.execute("insert into notes.note values ('acme', 'half')");
                        return tx.execute("insert into pair values (1), (1)");
                      }))
          .isInstanceOf(DataAccessException.class)
          .rootCause()
          .hasMessageContaining("pair_a_key");
    }
    assertThat(database.inTenant("acme", DatabaseTest::texts)).containsExactly("theirs");
  }

  @Test
  void aRollbackDoesNotUndoTheSettingsOfItsConnection() {
    try (Database fresh = Database.open(embedded.config("sextant_notes"), "fresh")) {
      assertThatThrownBy(
          () ->
              fresh.inTenant(
                  "acme",
                  tx -> {
                    throw new IllegalStateException("stop");
                  }));
      assertThat(fresh.<String>inTenant("acme", tx -> show(tx, "statement_timeout")))
          .isEqualTo("1min");
      assertThat(fresh.<String>inTenant("acme", tx -> show(tx, "timezone"))).isEqualTo("UTC");
    }
  }

  @Test
  void migratingTwiceChangesNothing() {
    Migration.run(
        embedded.config("sextant_notes"), "notes", "classpath:db/notes", List.of("sextant_notes"));
    assertThat(database.inTenant("acme", DatabaseTest::texts)).containsExactly("theirs");
  }
}
