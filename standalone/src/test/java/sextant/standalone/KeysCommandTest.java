package sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `sextant keys` on a mesh that asks for keys: how its first key comes to be.
class KeysCommandTest {

  @RegisterExtension private static final MeshExtension mesh = MeshExtension.withKeys();

  private static final String ROUTE = "/api/v1/behavioral-metrics";

  private static Commands.Result keys(String line) {
    mesh.leaveRunFile();
    return Commands.run(("keys " + line + " --port " + mesh.mesh().port()).split(" "));
  }

  private static int status(String key) {
    return mesh.send(Call.get(ROUTE).with("X-API-Key", key)).status();
  }

  @Test
  void aKeyIsCreatedUsedListedAndRevoked() {
    Commands.Result created = keys("create --tenant acme --role editor --name nightly --days 30");
    assertThat(created.exitCode()).as(created.err()).isZero();
    String key = created.out().strip();
    assertThat(key).startsWith("krn_").doesNotContain(" ");
    assertThat(status(key)).isEqualTo(200);

    List<String> lines = keys("list --tenant acme").out().lines().toList();
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .contains("editor", "nightly", key.substring(0, 8))
        .doesNotContain(key, "never");
    String id = lines.getFirst().split(" ")[0];
    assertThat(created.err()).contains(id);
    assertThat(keys("list --tenant other").out()).isEmpty();
    assertThat(keys("revoke " + id + " --tenant other").err()).contains("sextant: ").contains(id);
    assertThat(status(key)).isEqualTo(200);

    assertThat(keys("revoke " + id + " --tenant acme").exitCode()).isZero();
    assertThat(status(key)).isEqualTo(401);
    assertThat(keys("list --tenant acme").out()).isEmpty();
  }

  @Test
  void everyPageIsListed() {
    for (int number = 0; number < 101; number++) {
      assertThat(keys("create --tenant many").exitCode()).isZero();
    }
    List<String> lines = keys("list --tenant many").out().lines().toList();
    assertThat(lines).hasSize(101).doesNotHaveDuplicates().allMatch(line -> line.contains("never"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create --tenant a/b | --tenant must be 1-64 characters",
        "create --days 0 | --days must be 1 to 36500, was 0",
        "create --role owner | expected one of [viewer, editor, admin]",
        "revoke nonsense | nonsense",
        "revoke | Missing required parameter: 'ID'",
      })
  void badInputIsNamed(String line, String message) {
    Commands.Result result = keys(line);
    assertThat(result.err()).contains(message).doesNotContain("Exception");
    assertThat(result.out()).isEmpty();
    assertThat(result.exitCode()).isEqualTo(1);
  }
}
