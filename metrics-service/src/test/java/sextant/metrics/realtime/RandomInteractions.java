package sextant.metrics.realtime;

import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import sextant.metrics.v1.CorrectInteractionRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.RecordInteractionsRequest;

/// What may arrive: late, ahead of time, at equal times, exactly at the edge of a window, again
/// under the same key, and corrected later.
final class RandomInteractions {

  static final List<String> TYPES = List.of("click", "dismiss", "impression", "purchase", "visit");
  static final List<String> CUSTOMERS =
      IntStream.range(0, 30).mapToObj(number -> "customer-" + number).toList();

  /// Times are a multiple of this away from now, as the edges of windows are.
  private static final long STEP_SECONDS = 600;

  private final Random random;
  private int keys;

  RandomInteractions(Random random) {
    this.random = random;
  }

  /// Each has a key, so that whoever does not know what became of a call can repeat it.
  RecordInteractionsRequest batch(int size, Instant now) {
    RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
    IntStream.range(0, size).forEach(index -> request.addEvents(interaction(now)));
    return request.build();
  }

  private InteractionInput interaction(Instant now) {
    boolean again = random.nextInt(5) == 0;
    InteractionInput.Builder input =
        InteractionInput.newBuilder()
            .setCustomerId(CUSTOMERS.get(random.nextInt(CUSTOMERS.size())))
            .setEventType(TYPES.get(random.nextInt(TYPES.size())))
            .setIdempotencyKey("key-" + (again ? random.nextInt(keys + 1) : ++keys));
    // Late by up to ten days, ahead by up to a day.
    if (random.nextInt(3) > 0) {
      input.setTimestamp(
          timestamp(now.plusSeconds(STEP_SECONDS * (random.nextInt(1440 + 144) - 1440))));
    }
    if (random.nextInt(4) > 0) {
      input.setValue(
          BigDecimal.valueOf(random.nextInt(20_000) - 5_000, random.nextInt(4)).toPlainString());
    }
    if (random.nextBoolean()) {
      input.setChannelId(random.nextBoolean() ? "email" : "web");
    }
    if (random.nextBoolean()) {
      input.setOfferId("offer-" + random.nextInt(3));
    }
    if (random.nextBoolean()) {
      input.setProperties(
          "{\"amount\":%d.%d,\"cart\":{\"total\":%d}}"
              .formatted(random.nextInt(99), random.nextInt(99), random.nextInt(9)));
    }
    return input.build();
  }

  CorrectInteractionRequest correction(String id, Instant now) {
    CorrectInteractionRequest.Builder correction = CorrectInteractionRequest.newBuilder().setId(id);
    if (random.nextBoolean()) {
      correction.setValue("" + random.nextInt(100));
    }
    if (random.nextBoolean()) {
      correction.setTimestamp(timestamp(now.minusSeconds(STEP_SECONDS * random.nextInt(1000))));
    }
    if (random.nextBoolean()) {
      correction.setChannelId("sms").setOfferId("offer-" + random.nextInt(4));
    }
    return correction.build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
