package sextant.journeys;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// What deliveries are posted to. Takes each key once and answers 409 when it comes again, as a
/// receiver should; before that it does whatever the test wants of it.
public final class Receiver implements AutoCloseable {

  /// A request as it came.
  record Post(Map<String, String> headers, String body) {
    String key() {
      return headers.get("idempotency-key");
    }
  }

  /// What to do with a request.
  sealed interface Reaction {
    /// Take it: 200, or 409 when it was taken before.
    record Take() implements Reaction {}

    /// Answer this and take nothing.
    record Answer(int status, Map<String, String> headers) implements Reaction {}

    /// Take it, but break the connection before the answer.
    record TakeAndDrop() implements Reaction {}

    /// Do not answer until the receiver is closed.
    record Hang() implements Reaction {}
  }

  static final Reaction TAKE = new Reaction.Take();
  static final Reaction TAKE_AND_DROP = new Reaction.TakeAndDrop();
  static final Reaction HANG = new Reaction.Hang();

  static Reaction answer(int status) {
    return new Reaction.Answer(status, Map.of());
  }

  private final HttpServer server;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Post> posts = new ArrayList<>();
  private final Set<String> taken = ConcurrentHashMap.newKeySet();
  private volatile Function<Post, Reaction> reaction = _ -> TAKE;

  public Receiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  void react(Function<Post, Reaction> how) {
    reaction = how;
  }

  /// Every request, in the order of arrival.
  synchronized List<Post> posts() {
    return List.copyOf(posts);
  }

  /// Keys that were taken.
  Set<String> taken() {
    return Set.copyOf(taken);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new ConcurrentHashMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(), values.getFirst()));
      Post post =
          new Post(
              headers,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      synchronized (this) {
        posts.add(post);
      }
      switch (reaction.apply(post)) {
        case Reaction.Take _ -> exchange.sendResponseHeaders(taken.add(post.key()) ? 200 : 409, -1);
        case Reaction.Answer(int status, Map<String, String> extra) -> {
          extra.forEach(exchange.getResponseHeaders()::set);
          exchange.sendResponseHeaders(status, -1);
        }
        case Reaction.TakeAndDrop _ -> taken.add(post.key());
        case Reaction.Hang _ -> awaitClose();
      }
    }
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
