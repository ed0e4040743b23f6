package sextant.journeys;

import java.util.Optional;
import sextant.journeys.engine.Mover;
import sextant.journeys.jooq.tables.records.DeliveryRecord;
import sextant.journeys.jooq.tables.records.EnrollmentRecord;
import sextant.journeys.jooq.tables.records.StepRecord;
import sextant.journeys.v1.Delivery;
import sextant.journeys.v1.DeliveryStatus;
import sextant.journeys.v1.Enrollment;
import sextant.journeys.v1.EnrollmentStep;
import sextant.kit.rpc.Timestamps;

/// Rows of a customer's trace in the form of the contract.
final class Traces {

  private Traces() {}

  static Enrollment.Builder enrollment(EnrollmentRecord row) {
    Enrollment.Builder message =
        Enrollment.newBuilder()
            .setId(row.getEnrollmentId().toString())
            .setEntry(row.getEntry())
            .setVersion(row.getVersion())
            .setStatus(Words.enrollment(row.getState()))
            .setNodeId(row.getNodeId())
            .setEnteredAt(Timestamps.of(row.getEnteredAt()))
            .setExpiresAt(Timestamps.of(row.getExpiresAt()));
    if (row.getEndedAt() == null && !Mover.isParked(row.getDueAt())) {
      message.setDueAt(Timestamps.of(row.getDueAt()));
    }
    Optional.ofNullable(row.getWaitEvent()).ifPresent(message::setWaitEvent);
    Optional.ofNullable(row.getEndedAt()).map(Timestamps::of).ifPresent(message::setEndedAt);
    Optional.ofNullable(row.getEndReason()).ifPresent(message::setReason);
    return message;
  }

  static EnrollmentStep.Builder step(StepRecord row) {
    EnrollmentStep.Builder message =
        EnrollmentStep.newBuilder()
            .setStep(row.getStepNo())
            .setNodeId(row.getNodeId())
            .setDecision(row.getDecision())
            .setReachedAt(Timestamps.of(row.getReachedAt()))
            .setLeftAt(Timestamps.of(row.getLeftAt()));
    Optional.ofNullable(row.getDetail()).ifPresent(message::setDetail);
    return message;
  }

  static Delivery delivery(DeliveryRecord row) {
    Delivery.Builder message =
        Delivery.newBuilder()
            .setId(row.getDeliveryId().toString())
            .setStep(row.getStepNo())
            .setNodeId(row.getNodeId())
            .setChannel(row.getChannel())
            .setStatus(Words.delivery(row.getState()))
            .setAttempts(row.getAttempts())
            .setCreatedAt(Timestamps.of(row.getCreatedAt()))
            .setJourneyId(row.getJourneyId().toString())
            .setEnrollmentId(row.getEnrollmentId().toString())
            .setCustomerId(row.getCustomerId());
    if (message.getStatus() == DeliveryStatus.DELIVERY_STATUS_PENDING) {
      message.setDueAt(Timestamps.of(row.getDueAt()));
    }
    Optional.ofNullable(row.getEndedAt()).map(Timestamps::of).ifPresent(message::setEndedAt);
    Optional.ofNullable(row.getLastResult()).ifPresent(message::setLastResult);
    return message.build();
  }
}
