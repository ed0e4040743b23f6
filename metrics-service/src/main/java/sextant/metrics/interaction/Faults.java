package sextant.metrics.interaction;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.JSONB;
import sextant.kit.rpc.ApiException.Violation;
import sextant.kit.rpc.Validation;

/// Reads the fields of one interaction whose rules the contract's constraints cannot state, and
/// gathers what is wrong. A faulty field reads as a harmless default, so that checking goes on.
///
/// @param prefix path of the interaction within its request, such as `events[3].`
/// @param now the time of arrival
/// @param found where faults go
record Faults(String prefix, Instant now, List<Violation> found) {

  private static final Duration MAX_AHEAD = Duration.ofHours(24);
  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");

  /// Checks the constraints of the contract.
  void constraints(Message message) {
    for (Violation violation : Validation.violations(message)) {
      add(violation.field(), violation.message());
    }
  }

  BigDecimal decimal(String field, String text) {
    return Decimals.parse(text)
        .orElseGet(
            () -> {
              add(field, Decimals.RULE);
              return BigDecimal.ZERO;
            });
  }

  Instant instant(String field, Timestamp timestamp) {
    Optional<Instant> instant = Instants.instant(timestamp);
    if (instant.isEmpty()) {
      add(field, Instants.RULE);
    } else if (instant.get().isBefore(EARLIEST)) {
      add(field, "must not be before the year 1900");
    } else if (instant.get().isAfter(now.plus(MAX_AHEAD))) {
      add(field, "must be at most 24 hours in the future");
    }
    return instant.orElse(now);
  }

  JSONB jsonObject(String field, String text) {
    JsonObjects.fault(text).ifPresent(fault -> add(field, fault));
    return JSONB.valueOf(text);
  }

  private void add(String field, String message) {
    found.add(new Violation(prefix + field, message));
  }
}
