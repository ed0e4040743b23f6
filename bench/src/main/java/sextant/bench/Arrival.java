package sextant.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.RecordInteractionsRequest;

/// An interaction that arrives, made up at random, with a key of its own.
record Arrival(
    String customer,
    String type,
    Instant at,
    String offer,
    String channel,
    String value,
    String key) {

  private static final AtomicLong KEYS = new AtomicLong(System.nanoTime());

  static Arrival next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new Arrival(
        "CUST" + random.nextInt(100_000),
        random.nextInt(4) == 0 ? "purchase" : "impression",
        Instant.now().minusSeconds(random.nextInt(86_400)),
        "off_" + random.nextInt(20),
        "ch_" + random.nextInt(4),
        random.nextInt(100_000) / 100 + "." + random.nextInt(10, 100),
        "key-" + KEYS.incrementAndGet());
  }

  InteractionInput input() {
    InteractionInput.Builder input =
        InteractionInput.newBuilder()
            .setCustomerId(customer)
            .setEventType(type)
            .setOfferId(offer)
            .setChannelId(channel)
            .setValue(value)
            .setIdempotencyKey(key);
    input.getTimestampBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano());
    return input.build();
  }

  String copyLine() {
    return String.join(
        "\t",
        Callers.TENANT,
        customer,
        at.toString(),
        UUID.randomUUID().toString(),
        at.toString(),
        type,
        offer,
        "\\N",
        channel,
        "inbound",
        "f",
        "t",
        "f",
        "t",
        value,
        "\\N",
        "\\N",
        key,
        "\\N",
        "\\N\n");
  }

  /// Rows per second of `callers` that record `rows` in batches of `size`.
  static double rate(InteractionsServiceBlockingStub stub, int callers, int rows, int size)
      throws InterruptedException {
    List<RecordInteractionsRequest> requests = new ArrayList<>();
    for (int batch = 0; batch < rows / size; batch++) {
      RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
      for (int row = 0; row < size; row++) {
        request.addEvents(next().input());
      }
      requests.add(request.build());
    }
    return size
        * Callers.rate(
            callers, requests.size(), call -> stub.recordInteractions(requests.get(call)));
  }
}
