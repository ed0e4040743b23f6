package sextant.bench.soak;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes deliveries, each key once, as a receiver should; but of four attempts it fails, hangs or
/// takes without an answer about one.
final class HostileReceiver implements AutoCloseable {

  private static final Pattern VISIT =
      Pattern.compile("\"enrollmentId\":\"([^\"]+)\".*\"nodeId\":\"([^\"]+)\"");
  private static final long HANG_MILLIS = 2_000;

  private final HttpServer server;
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final Map<String, String> keyOfVisit = new ConcurrentHashMap<>();
  final AtomicInteger attempts = new AtomicInteger();
  final AtomicInteger repeated = new AtomicInteger();
  final AtomicInteger secondKeys = new AtomicInteger();
  volatile boolean hostile = true;

  HostileReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  Set<String> accepted() {
    return Set.copyOf(accepted);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      attempts.incrementAndGet();
      int mood = hostile ? ThreadLocalRandom.current().nextInt(100) : 100;
      if (mood < 10) {
        exchange.sendResponseHeaders(503, -1);
      } else if (mood < 14) {
        Thread.sleep(HANG_MILLIS);
      } else if (mood < 24) {
        take(key, body);
      } else {
        exchange.sendResponseHeaders(take(key, body) ? 200 : 409, -1);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /// No node is visited twice here, so a second key for a visit would be a second message.
  private boolean take(String key, String body) {
    Matcher visit = VISIT.matcher(body);
    if (!visit.find()) {
      throw new IllegalStateException("not a delivery: " + body);
    }
    String known = keyOfVisit.putIfAbsent(visit.group(1) + "/" + visit.group(2), key);
    if (known != null && !known.equals(key)) {
      secondKeys.incrementAndGet();
    }
    if (!accepted.add(key)) {
      repeated.incrementAndGet();
      return false;
    }
    return true;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
