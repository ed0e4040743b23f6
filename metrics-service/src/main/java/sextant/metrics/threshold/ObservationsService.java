package sextant.metrics.threshold;

import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.realtime.WindowSweeper;
import sextant.metrics.v1.ListValuesRequest;
import sextant.metrics.v1.ListValuesResponse;
import sextant.metrics.v1.ObservationsServiceGrpc.ObservationsServiceImplBase;
import sextant.metrics.v1.RecordObservationsRequest;
import sextant.metrics.v1.RecordObservationsResponse;

/// Values of definitions over gRPC.
public final class ObservationsService extends ObservationsServiceImplBase {

  private final Database database;
  private final WindowSweeper sweeper;
  private final InstantSource time;
  private final Observations observations;

  public ObservationsService(Database database, WindowSweeper sweeper, InstantSource time) {
    this.database = database;
    this.sweeper = sweeper;
    this.time = time;
    this.observations = new Observations(database);
  }

  @Override
  public void recordObservations(
      RecordObservationsRequest request, StreamObserver<RecordObservationsResponse> out) {
    Unary.respond(
        out,
        () ->
            RecordObservationsResponse.newBuilder()
                .setData(
                    observations.record(
                        Caller.current().tenantId(),
                        request.getIdOrSlug(),
                        request.getObservationsList(),
                        time.instant().truncatedTo(ChronoUnit.MICROS)))
                .build());
  }

  @Override
  public void listValues(ListValuesRequest request, StreamObserver<ListValuesResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          DefinitionRecord definition =
              database.inTenant(
                  tenantId, tx -> DefinitionStore.find(tx, tenantId, request.getIdOrSlug()));
          if (request.hasFired() && !definition.getCalculation().equals("threshold")) {
            throw ApiException.invalid("fired", "is only for thresholds");
          }
          if (!definition.getCalculation().equals("behavioral")) {
            return database.inTenant(tenantId, tx -> ValueList.of(tx, definition, request));
          }
          sweeper.advance(tenantId, definition.getDefinitionId());
          return database.inTenant(tenantId, tx -> BehavioralValueList.of(tx, definition, request));
        });
  }
}
