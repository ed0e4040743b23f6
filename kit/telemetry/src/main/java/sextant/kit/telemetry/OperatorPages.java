package sextant.kit.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// `/metrics` for Prometheus, `/healthz`: the process lives, `/readyz`: it serves. For operators,
/// not for the outside.
final class OperatorPages implements AutoCloseable {

  private static final String PLAIN = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON = "application/json; charset=utf-8";

  private final HttpServer http;
  private final PrometheusMeterRegistry registry;
  private volatile boolean started;

  private OperatorPages(HttpServer http, PrometheusMeterRegistry registry) {
    this.http = http;
    this.registry = registry;
  }

  static OperatorPages start(InetSocketAddress address, PrometheusMeterRegistry registry) {
    try {
      OperatorPages pages = new OperatorPages(HttpServer.create(address, 0), registry);
      pages.http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      pages.http.createContext("/", pages::answer);
      pages.http.start();
      return pages;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot listen on " + address, failure);
    }
  }

  void ready() {
    started = true;
  }

  int port() {
    return http.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/metrics" -> send(exchange, 200, PLAIN, registry.scrape(PLAIN));
        case "/healthz" -> send(exchange, 200, JSON, "{\"status\":\"alive\"}");
        case "/readyz" -> sendReadiness(exchange);
        default -> send(exchange, 404, PLAIN, "there are /metrics, /healthz and /readyz\n");
      }
    }
  }

  private void sendReadiness(HttpExchange exchange) throws IOException {
    Map<String, Boolean> parts = Readiness.ask();
    boolean ready = started && parts.values().stream().allMatch(Boolean::booleanValue);
    String details =
        parts.entrySet().stream()
            .map(part -> "\"%s\":%s".formatted(part.getKey(), part.getValue()))
            .collect(Collectors.joining(","));
    String status = ready ? "ready" : started ? "not ready" : "starting";
    send(
        exchange,
        ready ? 200 : 503,
        JSON,
        "{\"status\":\"%s\",\"parts\":{%s}}".formatted(status, details));
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
