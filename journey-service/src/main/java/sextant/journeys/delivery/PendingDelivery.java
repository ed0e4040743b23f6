package sextant.journeys.delivery;

import java.util.UUID;

/// A delivery that is to be sent.
///
/// @param id the key of every attempt
/// @param attempts how many were made before
record PendingDelivery(
    String tenantId,
    String customerId,
    UUID enrollmentId,
    int stepNo,
    UUID id,
    int attempts,
    String body) {}
