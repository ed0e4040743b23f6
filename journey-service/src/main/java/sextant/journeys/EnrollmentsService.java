package sextant.journeys;

import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.errors.v1.ErrorReason;
import sextant.journeys.engine.Mover;
import sextant.journeys.engine.Plans;
import sextant.journeys.engine.VersionKey;
import sextant.journeys.graph.Plan;
import sextant.journeys.jooq.tables.records.DeliveryRecord;
import sextant.journeys.jooq.tables.records.EnrollmentRecord;
import sextant.journeys.jooq.tables.records.StepRecord;
import sextant.journeys.v1.CancelEnrollmentRequest;
import sextant.journeys.v1.CancelEnrollmentResponse;
import sextant.journeys.v1.Enrollment;
import sextant.journeys.v1.EnrollmentStep;
import sextant.journeys.v1.EnrollmentsServiceGrpc;
import sextant.journeys.v1.GetCustomerTraceRequest;
import sextant.journeys.v1.GetCustomerTraceResponse;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;

/// One customer in one journey, over gRPC.
final class EnrollmentsService extends EnrollmentsServiceGrpc.EnrollmentsServiceImplBase {

  private final Database database;
  private final JourneyRepository journeys;
  private final EnrollmentRepository enrollments;
  private final Plans plans;
  private final Mover mover;

  EnrollmentsService(
      Database database,
      JourneyRepository journeys,
      EnrollmentRepository enrollments,
      Plans plans,
      Mover mover) {
    this.database = database;
    this.journeys = journeys;
    this.enrollments = enrollments;
    this.plans = plans;
    this.mover = mover;
  }

  @Override
  public void getCustomerTrace(
      GetCustomerTraceRequest request, StreamObserver<GetCustomerTraceResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return database.inTenant(
              tenantId, tx -> trace(tx, tenantId, request.getJourneyId(), request.getCustomerId()));
        });
  }

  private GetCustomerTraceResponse trace(
      DSLContext tx, String tenantId, String journeyId, String customerId) {
    UUID journey = journey(tx, tenantId, journeyId);
    List<EnrollmentRecord> rows = enrollments.enrollments(tx, tenantId, journey, customerId);
    if (rows.isEmpty()) {
      throw ApiException.notFound("enrollment", customerId);
    }
    List<UUID> ids = rows.stream().map(EnrollmentRecord::getEnrollmentId).toList();
    List<StepRecord> steps = enrollments.steps(tx, tenantId, customerId, ids);
    List<DeliveryRecord> deliveries = enrollments.deliveries(tx, tenantId, customerId, ids);
    Map<VersionKey, Plan> byVersion =
        plans.load(tx, rows.stream().map(EnrollmentsService::version).distinct().toList());
    GetCustomerTraceResponse.Builder trace =
        GetCustomerTraceResponse.newBuilder().setJourneyId(journeyId).setCustomerId(customerId);
    for (EnrollmentRecord row : rows) {
      Enrollment.Builder enrollment = Traces.enrollment(row);
      Plan plan = byVersion.get(version(row));
      for (StepRecord step : steps) {
        if (step.getEnrollmentId().equals(row.getEnrollmentId())) {
          EnrollmentStep.Builder message = Traces.step(step);
          enrollment.addSteps(message.setNodeType(plan.graph().typeOf(step.getNodeId())));
        }
      }
      for (DeliveryRecord delivery : deliveries) {
        if (delivery.getEnrollmentId().equals(row.getEnrollmentId())) {
          enrollment.addDeliveries(Traces.delivery(delivery));
        }
      }
      trace.addEnrollments(enrollment);
    }
    return trace.build();
  }

  private static VersionKey version(EnrollmentRecord row) {
    return new VersionKey(row.getTenantId(), row.getJourneyId(), row.getVersion());
  }

  private UUID journey(DSLContext tx, String tenantId, String id) {
    return Ids.parse(id)
        .flatMap(uuid -> journeys.find(tx, tenantId, uuid))
        .map(JourneyRow::id)
        .orElseThrow(() -> ApiException.notFound("journey", id));
  }

  @Override
  public void cancelEnrollment(
      CancelEnrollmentRequest request, StreamObserver<CancelEnrollmentResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          String customerId = request.getCustomerId();
          UUID journeyId =
              database.inTenant(tenantId, tx -> journey(tx, tenantId, request.getJourneyId()));
          int cancelled = mover.cancel(tenantId, journeyId, customerId, reason(request));
          if (cancelled == 0) {
            throw notInside(tenantId, journeyId, customerId);
          }
          return CancelEnrollmentResponse.newBuilder()
              .setJourneyId(journeyId.toString())
              .setCustomerId(customerId)
              .setCancelled(cancelled)
              .build();
        });
  }

  private static String reason(CancelEnrollmentRequest request) {
    return Optional.of(request.getReason())
        .filter(reason -> !reason.isBlank())
        .map(reason -> "cancelled: " + reason)
        .orElse("cancelled");
  }

  private ApiException notInside(String tenantId, UUID journeyId, String customerId) {
    List<EnrollmentRecord> rows =
        database.inTenant(
            tenantId, tx -> enrollments.enrollments(tx, tenantId, journeyId, customerId));
    return rows.isEmpty()
        ? ApiException.notFound("enrollment", customerId)
        : ApiException.of(
            ErrorReason.ERROR_REASON_WRONG_STATE,
            "customer " + customerId + " is not inside the journey any more",
            Map.of(
                "resource", "enrollment", "id", customerId, "state", rows.getFirst().getState()));
  }
}
