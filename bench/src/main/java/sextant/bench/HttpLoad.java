package sextant.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Sends the same GET over and over, one request at a time on each of many kept connections, and
/// fails on any answer but 200. Does as little as it can, as it shares the machine with the server.
final class HttpLoad {

  private static final byte[] CONTENT_LENGTH =
      "content-length: ".getBytes(StandardCharsets.US_ASCII);

  private final int port;
  private final byte[] request;
  private final int connections;

  HttpLoad(int port, String path, int connections) {
    this.port = port;
    this.request =
        ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: bench\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    this.connections = connections;
  }

  /// How many requests were answered, and how fast.
  record Result(long requests, double perSecond) {}

  Result run(Duration duration) throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<Long>> counts = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        counts.add(threads.submit(() -> requests(end)));
      }
      long total = 0;
      for (Future<Long> count : counts) {
        total += count.get();
      }
      return new Result(total, total / ((System.nanoTime() - start) / 1e9));
    }
  }

  private long requests(long end) throws IOException {
    long count = 0;
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      byte[] line = new byte[1024];
      while (System.nanoTime() < end) {
        socket.getOutputStream().write(request);
        readAnswer(in, line);
        count++;
      }
    }
    return count;
  }

  private static void readAnswer(InputStream in, byte[] line) throws IOException {
    int status = 0;
    int bodyLength = 0;
    for (int length = readLine(in, line); length > 0; length = readLine(in, line)) {
      if (status == 0) {
        status = number(line, "HTTP/1.1 ".length(), length);
      } else if (startsWith(line, length, CONTENT_LENGTH)) {
        bodyLength = number(line, CONTENT_LENGTH.length, length);
      }
    }
    in.skipNBytes(bodyLength);
    if (status != 200) {
      throw new IOException("status " + status);
    }
  }

  private static int readLine(InputStream in, byte[] line) throws IOException {
    int length = 0;
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the server closed the connection");
      }
      if (next != '\r') {
        line[length++] = (byte) next;
      }
    }
    return length;
  }

  private static boolean startsWith(byte[] line, int length, byte[] prefix) {
    if (length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if ((line[i] | 0x20) != (prefix[i] | 0x20)) {
        return false;
      }
    }
    return true;
  }

  private static int number(byte[] line, int from, int length) {
    int value = 0;
    for (int i = from; i < length && line[i] >= '0' && line[i] <= '9'; i++) {
      value = value * 10 + line[i] - '0';
    }
    return value;
  }
}
