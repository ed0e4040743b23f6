package sextant.journeys;

import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import sextant.journeys.delivery.Outbox;
import sextant.journeys.jooq.tables.records.DeliveryRecord;
import sextant.journeys.v1.DeliveriesServiceGrpc;
import sextant.journeys.v1.DeliveryPagination;
import sextant.journeys.v1.ListDeadDeliveriesRequest;
import sextant.journeys.v1.ListDeadDeliveriesResponse;
import sextant.journeys.v1.ReplayDeliveriesRequest;
import sextant.journeys.v1.ReplayDeliveriesResponse;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.kit.rpc.Unary;

/// Dead deliveries over gRPC.
final class DeliveriesService extends DeliveriesServiceGrpc.DeliveriesServiceImplBase {

  private static final int DEFAULT_PAGE_SIZE = 50;
  private static final int MAX_REPLAYED = 10_000;

  /// Matches no delivery and no journey: an id that is no UUID names nothing.
  private static final UUID NOTHING = new UUID(0, 0);

  private final Database database;
  private final InstantSource time;

  DeliveriesService(Database database, InstantSource time) {
    this.database = database;
    this.time = time;
  }

  @Override
  public void listDeadDeliveries(
      ListDeadDeliveriesRequest request, StreamObserver<ListDeadDeliveriesResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          int limit = request.hasLimit() ? request.getLimit() : DEFAULT_PAGE_SIZE;
          Outbox.Dead which =
              new Outbox.Dead(
                  tenantId,
                  Set.of(),
                  request.hasChannel() ? Optional.of(request.getChannel()) : Optional.empty(),
                  request.hasJourneyId()
                      ? Optional.of(id(request.getJourneyId()))
                      : Optional.empty());
          PageRequest asked = new PageRequest(List.of(which), request.getCursor(), limit);
          Optional<UUID> after = asked.afterId();
          return database.inTenant(
              tenantId,
              tx -> {
                Page<DeliveryRecord> page =
                    asked.page(
                        Outbox.dead(tx, which, after, asked.toRead()),
                        row -> List.of(row.getDeliveryId()));
                return ListDeadDeliveriesResponse.newBuilder()
                    .addAllData(page.map(Traces::delivery))
                    .setPagination(
                        page.describe(DeliveryPagination.newBuilder(), Outbox.countDead(tx, which)))
                    .build();
              });
        });
  }

  private static UUID id(String text) {
    return Ids.parse(text).orElse(NOTHING);
  }

  @Override
  public void replayDeliveries(
      ReplayDeliveriesRequest request, StreamObserver<ReplayDeliveriesResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          if (request.getDeliveryIdsCount() == 0
              && !request.hasChannel()
              && !request.hasJourneyId()) {
            throw ApiException.invalid(
                "delivery_ids", "at least one of deliveryIds, channel and journeyId is required");
          }
          Set<UUID> ids = new HashSet<>();
          request.getDeliveryIdsList().forEach(text -> ids.add(id(text)));
          Outbox.Dead which =
              new Outbox.Dead(
                  tenantId,
                  ids,
                  request.hasChannel() ? Optional.of(request.getChannel()) : Optional.empty(),
                  request.hasJourneyId()
                      ? Optional.of(id(request.getJourneyId()))
                      : Optional.empty());
          int replayed =
              database.inTenant(
                  tenantId,
                  tx ->
                      Outbox.replay(
                          tx, which, time.instant().truncatedTo(ChronoUnit.MICROS), MAX_REPLAYED));
          return ReplayDeliveriesResponse.newBuilder().setReplayed(replayed).build();
        });
  }
}
