package sextant.standalone.intake;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// Shows on stderr how far an import is: a bar on a terminal, a line every few seconds elsewhere.
final class Progress implements AutoCloseable {

  private static final long MEGABYTE = 1 << 20;
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  private final long totalBytes;
  private final ProgressBar bar;
  private final long start = System.nanoTime();
  private long lastShown = start;

  Progress(long totalBytes, boolean terminal) {
    this.totalBytes = totalBytes;
    this.bar =
        terminal
            ? new ProgressBarBuilder()
                .setTaskName("import")
                .setInitialMax(totalBytes)
                .setUnit(" MB", MEGABYTE)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(100)
                .build()
            : null;
  }

  void show(long rows, long bytes) {
    long now = System.nanoTime();
    if (bar != null) {
      bar.stepTo(bytes);
      bar.setExtraMessage(" " + text(rows));
    } else if (now - lastShown > BETWEEN_LINES.toNanos()) {
      lastShown = now;
      System.err.printf("%3d %%  %s%n", 100 * bytes / Math.max(totalBytes, 1), text(rows));
    }
  }

  private String text(long rows) {
    return "%,d rows, %,d rows/s".formatted(rows, (long) (rows / seconds()));
  }

  double seconds() {
    return Math.max(System.nanoTime() - start, 1) / 1e9;
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
