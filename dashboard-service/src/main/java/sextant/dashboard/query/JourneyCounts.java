package sextant.dashboard.query;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.journeys.v1.CountJourneysRequest;
import sextant.journeys.v1.JourneysServiceGrpc;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.CallerTokens;

/// Asks the journey-service how many journeys there are.
public final class JourneyCounts {

  private static final Logger log = LoggerFactory.getLogger(JourneyCounts.class);

  private final Channel journeys;
  private final CallerTokens tokens;
  private final Duration deadline;

  public JourneyCounts(Channel journeys, CallerTokens tokens, Duration deadline) {
    this.journeys = journeys;
    this.tokens = tokens;
    this.deadline = deadline;
  }

  /// All journeys of the caller's tenant; empty when the journey-service does not answer in time.
  OptionalLong total(Caller caller) {
    try {
      return OptionalLong.of(
          JourneysServiceGrpc.newBlockingStub(journeys)
              .withCallCredentials(tokens.credentials(caller))
              .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
              .countJourneys(CountJourneysRequest.getDefaultInstance())
              .getTotal());
    } catch (StatusRuntimeException failure) {
      log.warn("journeys cannot be counted: {}", failure.getStatus());
      return OptionalLong.empty();
    }
  }
}
