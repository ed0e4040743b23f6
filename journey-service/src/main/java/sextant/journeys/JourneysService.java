package sextant.journeys;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.journeys.engine.JourneyKey;
import sextant.journeys.engine.Journeys;
import sextant.journeys.engine.Retries;
import sextant.journeys.graph.PlanReader;
import sextant.journeys.upstream.EventFeed;
import sextant.journeys.v1.CountJourneysRequest;
import sextant.journeys.v1.CountJourneysResponse;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.DeleteJourneyRequest;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.EnrollCustomersResponse;
import sextant.journeys.v1.GetJourneyAnalyticsRequest;
import sextant.journeys.v1.GetJourneyAnalyticsResponse;
import sextant.journeys.v1.GetJourneyRequest;
import sextant.journeys.v1.Journey;
import sextant.journeys.v1.JourneysServiceGrpc;
import sextant.journeys.v1.ListJourneyVersionsRequest;
import sextant.journeys.v1.ListJourneyVersionsResponse;
import sextant.journeys.v1.ListJourneysRequest;
import sextant.journeys.v1.ListJourneysResponse;
import sextant.journeys.v1.OffsetPagination;
import sextant.journeys.v1.TestJourneyRequest;
import sextant.journeys.v1.TestJourneyResponse;
import sextant.journeys.v1.UpdateJourneyRequest;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;

/// The journeys document over gRPC.
final class JourneysService extends JourneysServiceGrpc.JourneysServiceImplBase {

  private static final int DEFAULT_PAGE_SIZE = 50;

  private final Database database;
  private final JourneyRepository journeys;
  private final JourneyUpdates updates;
  private final InstantSource time;

  JourneysService(
      Database database, JourneyRepository journeys, EventFeed feed, InstantSource time) {
    this.database = database;
    this.journeys = journeys;
    this.updates = new JourneyUpdates(journeys, feed);
    this.time = time;
  }

  @Override
  public void listJourneys(ListJourneysRequest request, StreamObserver<ListJourneysResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          int limit = request.hasLimit() ? request.getLimit() : DEFAULT_PAGE_SIZE;
          Optional<String> status =
              request.hasStatus() ? Optional.of(Words.of(request.getStatus())) : Optional.empty();
          var page =
              database.inTenant(
                  tenantId, tx -> journeys.list(tx, tenantId, status, limit, request.getOffset()));
          return ListJourneysResponse.newBuilder()
              .addAllData(page.rows().stream().map(JourneyRow::message).toList())
              .setPagination(pagination(page, limit, request.getOffset()))
              .build();
        });
  }

  private static OffsetPagination pagination(
      JourneyRepository.Page<?> page, int limit, int offset) {
    return OffsetPagination.newBuilder()
        .setTotal(page.total())
        .setLimit(limit)
        .setOffset(offset)
        .setHasMore((long) offset + page.rows().size() < page.total())
        .build();
  }

  @Override
  public void createJourney(CreateJourneyRequest request, StreamObserver<Journey> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          VersionContent content =
              new VersionContent(
                  request.hasDefinition() ? request.getDefinition() : VersionContent.NO_NODES,
                  request.hasEntryCondition()
                      ? Optional.of(request.getEntryCondition())
                      : Optional.empty(),
                  request.hasExitRules() ? Optional.of(request.getExitRules()) : Optional.empty(),
                  request.hasMaxDurationDays()
                      ? request.getMaxDurationDays()
                      : VersionContent.DEFAULT_DURATION_DAYS);
          PlanReader.Reading reading = content.read();
          JourneyRules.check(reading, false, Set.of());
          Instant now = now();
          return database.inTenant(
              tenantId,
              tx -> {
                UUID id =
                    journeys.insert(
                        tx,
                        tenantId,
                        request.getName(),
                        request.getDescription(),
                        Words.of(request.getReEntry()),
                        now);
                journeys.insertVersion(tx, tenantId, id, 1, content, reading.plan(), now);
                return found(tx, tenantId, id.toString()).message();
              });
        });
  }

  @Override
  public void getJourney(GetJourneyRequest request, StreamObserver<Journey> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return database.inTenant(tenantId, tx -> found(tx, tenantId, request.getId())).message();
        });
  }

  private JourneyRow found(DSLContext tx, String tenantId, String id) {
    return Ids.parse(id)
        .flatMap(uuid -> journeys.find(tx, tenantId, uuid))
        .orElseThrow(() -> ApiException.notFound("journey", id));
  }

  @Override
  public void updateJourney(UpdateJourneyRequest request, StreamObserver<Journey> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          Instant now = now();
          return database
              .inTenant(tenantId, tx -> updates.apply(tx, tenantId, request, now))
              .message();
        });
  }

  @Override
  public void deleteJourney(DeleteJourneyRequest request, StreamObserver<Empty> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          boolean deleted =
              database.inTenant(
                  tenantId,
                  tx ->
                      Ids.parse(request.getId())
                          .map(id -> journeys.delete(tx, tenantId, id))
                          .orElse(false));
          if (!deleted) {
            throw ApiException.notFound("journey", request.getId());
          }
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void listJourneyVersions(
      ListJourneyVersionsRequest request, StreamObserver<ListJourneyVersionsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          int limit = request.hasLimit() ? request.getLimit() : DEFAULT_PAGE_SIZE;
          return database.inTenant(
              tenantId,
              tx -> {
                JourneyRow journey = found(tx, tenantId, request.getId());
                var page =
                    journeys.versions(tx, tenantId, journey.id(), limit, request.getOffset());
                return ListJourneyVersionsResponse.newBuilder()
                    .addAllData(page.rows())
                    .setPagination(pagination(page, limit, request.getOffset()))
                    .build();
              });
        });
  }

  @Override
  public void enrollCustomers(
      EnrollCustomersRequest request, StreamObserver<EnrollCustomersResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          List<String> customers = ManualEnrollment.customers(request);
          Instant now = now();
          return Retries.ofConflicts(
              () ->
                  database.inTenant(
                      tenantId,
                      tx -> {
                        // First the lock, so that what is read is what the entries see.
                        Ids.parse(request.getId())
                            .ifPresent(
                                id -> Journeys.lock(tx, List.of(new JourneyKey(tenantId, id))));
                        JourneyRow journey = found(tx, tenantId, request.getId());
                        return ManualEnrollment.of(tx, tenantId, journey, customers, now);
                      }));
        });
  }

  @Override
  public void testJourney(TestJourneyRequest request, StreamObserver<TestJourneyResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          JourneyRow journey =
              database.inTenant(tenantId, tx -> found(tx, tenantId, request.getId()));
          return TestWalk.of(journey, request, now());
        });
  }

  @Override
  public void getJourneyAnalytics(
      GetJourneyAnalyticsRequest request, StreamObserver<GetJourneyAnalyticsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return database.inTenant(
              tenantId,
              tx -> {
                JourneyRow journey = found(tx, tenantId, request.getId());
                return Analytics.of(
                    journey.content().read().plan(),
                    journeys.nodeCounts(tx, tenantId, journey.id()));
              });
        });
  }

  @Override
  public void countJourneys(
      CountJourneysRequest request, StreamObserver<CountJourneysResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          Map<String, Integer> counts =
              database.inTenant(tenantId, tx -> journeys.countByStatus(tx, tenantId));
          return CountJourneysResponse.newBuilder()
              .setTotal(counts.values().stream().mapToInt(Integer::intValue).sum())
              .setActive(counts.getOrDefault("active", 0))
              .build();
        });
  }

  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
