package sextant.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The soak in short: one kill -9 of a journey-service and one crash of PostgreSQL.
class JourneySoakTest {

  @TempDir Path folder;

  @Test
  void nothingIsLostAndNothingIsDoneTwice() throws Exception {
    JourneySoak.Report report =
        JourneySoak.run(
            new JourneySoak.Settings(
                1_500, Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMinutes(2)),
            folder);
    assertThat(report.faults()).isEmpty();
    assertThat(report.kills()).isEqualTo(1);
    assertThat(report.crashes()).isEqualTo(1);
  }
}
