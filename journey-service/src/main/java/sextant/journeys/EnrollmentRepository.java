package sextant.journeys;

import static sextant.journeys.jooq.Tables.DELIVERY;
import static sextant.journeys.jooq.Tables.ENROLLMENT;
import static sextant.journeys.jooq.Tables.STEP;

import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.journeys.jooq.tables.records.DeliveryRecord;
import sextant.journeys.jooq.tables.records.EnrollmentRecord;
import sextant.journeys.jooq.tables.records.StepRecord;

/// What is known about one customer in one journey.
final class EnrollmentRepository {

  List<EnrollmentRecord> enrollments(
      DSLContext db, String tenantId, UUID journeyId, String customerId) {
    return db.selectFrom(ENROLLMENT)
        .where(ENROLLMENT.TENANT_ID.eq(tenantId))
        .and(ENROLLMENT.CUSTOMER_ID.eq(customerId))
        .and(ENROLLMENT.JOURNEY_ID.eq(journeyId))
        .orderBy(ENROLLMENT.ENTRY.desc())
        .fetch();
  }

  List<StepRecord> steps(
      DSLContext db, String tenantId, String customerId, List<UUID> enrollmentIds) {
    return db.selectFrom(STEP)
        .where(STEP.TENANT_ID.eq(tenantId))
        .and(STEP.CUSTOMER_ID.eq(customerId))
        .and(STEP.ENROLLMENT_ID.in(enrollmentIds))
        .orderBy(STEP.STEP_NO)
        .fetch();
  }

  List<DeliveryRecord> deliveries(
      DSLContext db, String tenantId, String customerId, List<UUID> enrollmentIds) {
    return db.selectFrom(DELIVERY)
        .where(DELIVERY.TENANT_ID.eq(tenantId))
        .and(DELIVERY.CUSTOMER_ID.eq(customerId))
        .and(DELIVERY.ENROLLMENT_ID.in(enrollmentIds))
        .orderBy(DELIVERY.STEP_NO)
        .fetch();
  }
}
