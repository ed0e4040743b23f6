package sextant.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import sextant.gateway.error.HttpError;

/// One route's token buckets, one per tenant. Each gateway counts for itself.
public final class RateLimit {

  /// More tenants at a time than this would make the limit forget; each takes some 200 bytes.
  private static final int MAX_TENANTS = 100_000;

  private final Rate rate;
  private final TimeMeter meter;
  private final Cache<String, Bucket> buckets;

  RateLimit(Rate rate, InstantSource time) {
    this.rate = rate;
    this.meter = meter(time);
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_TENANTS)
            // By then a bucket is full again, as a new one is.
            .expireAfterAccess(rate.per().multipliedBy(2))
            .build();
  }

  /// Takes one token, and says in the headers of the answer how many are left. Fails with 429 when
  /// there is none.
  public void take(String tenantId, ServiceRequestContext ctx) {
    ConsumptionProbe probe = buckets.get(tenantId, _ -> bucket()).tryConsumeAndReturnRemaining(1);
    ctx.mutateAdditionalResponseHeaders(
        headers ->
            headers
                .setLong("ratelimit-limit", rate.requests())
                .setLong("ratelimit-remaining", probe.getRemainingTokens())
                .setLong("ratelimit-reset", seconds(probe.getNanosToWaitForReset())));
    if (!probe.isConsumed()) {
      throw HttpError.rateLimited(
          "more than "
              + rate.requests()
              + " requests in "
              + rate.per().toSeconds()
              + " s to this route",
          Math.max(1, seconds(probe.getNanosToWaitForRefill())));
    }
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(
            limit -> limit.capacity(rate.requests()).refillGreedy(rate.requests(), rate.per()))
        .withCustomTimePrecision(meter)
        .build();
  }

  private static long seconds(long nanos) {
    return Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1));
  }

  private static TimeMeter meter(InstantSource time) {
    return new TimeMeter() {
      @Override
      public long currentTimeNanos() {
        Instant now = time.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
      }

      @Override
      public boolean isWallClockBased() {
        return true;
      }
    };
  }
}
