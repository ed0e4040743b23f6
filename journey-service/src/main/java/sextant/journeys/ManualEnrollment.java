package sextant.journeys;

import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import sextant.journeys.engine.Entries;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.EnrollCustomersResponse;
import sextant.journeys.v1.JourneyStatus;
import sextant.kit.rpc.ApiException;

/// Enters customers into a journey because a caller says so.
final class ManualEnrollment {

  private ManualEnrollment() {}

  /// Whom the request names, in one way or the other.
  static List<String> customers(EnrollCustomersRequest request) {
    if (request.hasCustomerId() == request.getCustomerIdsCount() > 0) {
      throw ApiException.invalid(
          "customer_ids",
          request.hasCustomerId()
              ? "must be absent when customerId is given"
              : "must name at least one customer, or customerId must");
    }
    return request.hasCustomerId()
        ? List.of(request.getCustomerId())
        : request.getCustomerIdsList();
  }

  /// `journey` is locked by the transaction.
  static EnrollCustomersResponse of(
      DSLContext tx, String tenantId, JourneyRow journey, List<String> customers, Instant now) {
    if (journey.status() != JourneyStatus.JOURNEY_STATUS_ACTIVE) {
      throw JourneyRules.wrongState(
          journey,
          "journey %s is %s; only an active journey takes customers"
              .formatted(journey.id(), Words.of(journey.status())));
    }
    int enrolled =
        Entries.enroll(
            tx,
            customers.stream()
                .distinct()
                .map(customer -> new Entries.Entry(tenantId, journey.id(), customer))
                .toList(),
            now);
    return EnrollCustomersResponse.newBuilder()
        .setJourneyId(journey.id().toString())
        .setJourneyName(journey.name())
        .setEnrolled(enrolled)
        .setSkipped(customers.size() - enrolled)
        .setTotal(customers.size())
        .build();
  }
}
