package sextant.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Sends GETs at a rate, as far as the answers to earlier ones come in time: every connection has
/// its times, and sends at once when it is late.
final class OfferedLoad {

  /// What became of the requests.
  ///
  /// @param accepted answered with 200
  /// @param refused with 429 or 503, and `Retry-After`
  /// @param perSecond accepted ones that were answered before the time was over
  /// @param p99 of the accepted ones, from when they were sent
  record Result(long accepted, long refused, double offered, double perSecond, Duration p99) {

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "  offered %,.0f/s, answered %,.0f/s with p99 %,d ms, refused %,d with Retry-After",
          offered,
          perSecond,
          p99.toMillis(),
          refused);
    }
  }

  private record Share(long[] latencies, long inTime, long refused) {}

  private final int port;
  private final byte[] request;
  private final int connections;

  OfferedLoad(int port, String path, int connections) {
    this.port = port;
    this.request =
        ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: bench\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    this.connections = connections;
  }

  Result run(double perSecond, Duration duration) throws Exception {
    long pause = (long) (1e9 * connections / perSecond);
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Share>> shares =
          IntStream.range(0, connections)
              .mapToObj(
                  number ->
                      threads.submit(() -> send(start + pause * number / connections, pause, end)))
              .toList();
      long refused = 0;
      long inTime = 0;
      LongStream latencies = LongStream.empty();
      for (Future<Share> share : shares) {
        refused += share.get().refused();
        inTime += share.get().inTime();
        latencies = LongStream.concat(latencies, Arrays.stream(share.get().latencies()));
      }
      long[] sorted = latencies.sorted().toArray();
      double seconds = duration.toNanos() / 1e9;
      return new Result(
          sorted.length,
          refused,
          (sorted.length + refused) / seconds,
          inTime / seconds,
          Duration.ofNanos(sorted.length == 0 ? 0 : sorted[sorted.length * 99 / 100]));
    }
  }

  private Share send(long first, long pause, long end) throws IOException {
    long[] latencies = new long[1 << 16];
    int accepted = 0;
    long inTime = 0;
    long refused = 0;
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      byte[] line = new byte[1024];
      for (long due = first; due < end; due = Math.max(due + pause, System.nanoTime())) {
        LockSupport.parkNanos(due - System.nanoTime());
        long sent = System.nanoTime();
        socket.getOutputStream().write(request);
        boolean taken = HttpLoad.isAccepted(in, line);
        long answered = System.nanoTime();
        if (taken) {
          latencies[accepted++ % latencies.length] = answered - sent;
          inTime += answered <= end ? 1 : 0;
        } else {
          refused++;
        }
      }
    }
    return new Share(
        Arrays.copyOf(latencies, Math.min(accepted, latencies.length)), inTime, refused);
  }
}
