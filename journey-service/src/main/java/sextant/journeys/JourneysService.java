package sextant.journeys;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.errors.v1.ErrorReason;
import sextant.journeys.engine.Entries;
import sextant.journeys.engine.JourneyKey;
import sextant.journeys.engine.Journeys;
import sextant.journeys.engine.Retries;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Json;
import sextant.journeys.graph.PlanReader;
import sextant.journeys.graph.Simulation;
import sextant.journeys.upstream.EventFeed;
import sextant.journeys.upstream.UnavailableException;
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
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.JourneysServiceGrpc;
import sextant.journeys.v1.ListJourneyVersionsRequest;
import sextant.journeys.v1.ListJourneyVersionsResponse;
import sextant.journeys.v1.ListJourneysRequest;
import sextant.journeys.v1.ListJourneysResponse;
import sextant.journeys.v1.OffsetPagination;
import sextant.journeys.v1.SimulatedStep;
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
  private final EventFeed feed;
  private final InstantSource time;

  JourneysService(
      Database database, JourneyRepository journeys, EventFeed feed, InstantSource time) {
    this.database = database;
    this.journeys = journeys;
    this.feed = feed;
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
          return database.inTenant(tenantId, tx -> update(tx, tenantId, request)).message();
        });
  }

  private JourneyRow update(DSLContext tx, String tenantId, UpdateJourneyRequest request) {
    JourneyRow old =
        Ids.parse(request.getId())
            .flatMap(id -> journeys.findForUpdate(tx, tenantId, id))
            .orElseThrow(() -> ApiException.notFound("journey", request.getId()));
    JourneyRow changed = JourneyChanges.apply(request, old, now());
    JourneyRules.checkTransition(old, changed.status());
    boolean isNewVersion = changed.version() != old.version();
    boolean mustBeComplete =
        changed.status() == JourneyStatus.JOURNEY_STATUS_ACTIVE
            || changed.status() == JourneyStatus.JOURNEY_STATUS_PAUSED;
    boolean startsToRun = old.status() == JourneyStatus.JOURNEY_STATUS_DRAFT && mustBeComplete;
    if (isNewVersion || startsToRun) {
      PlanReader.Reading reading = changed.content().read();
      JourneyRules.check(
          reading, mustBeComplete, journeys.knownChannels(tx, tenantId, reading.plan().channels()));
      if (isNewVersion) {
        journeys.insertVersion(
            tx,
            tenantId,
            changed.id(),
            changed.version(),
            changed.content(),
            reading.plan(),
            changed.updatedAt());
      }
    }
    journeys.update(tx, changed, sweep(changed.status()), old.status() == changed.status());
    if (mustBeComplete && (isNewVersion || startsToRun)) {
      declareInterests(tx, tenantId);
    }
    return changed;
  }

  /// What a change to `status` means for those inside.
  private static Optional<String> sweep(JourneyStatus status) {
    return switch (status) {
      case JOURNEY_STATUS_ACTIVE -> Optional.of("resume");
      case JOURNEY_STATUS_ARCHIVED -> Optional.of("exit");
      default -> Optional.empty();
    };
  }

  /// From the moment the change is committed no event may be missed, so the feed has to know of it
  /// before. What it hears of a change that is not committed after all does no harm.
  private void declareInterests(DSLContext tx, String tenantId) {
    journeys.lockInterests(tx, tenantId);
    Set<String> events = journeys.wantedEvents(tx, tenantId);
    if (events.isEmpty()) {
      return;
    }
    try {
      feed.setInterests(tenantId, events);
    } catch (UnavailableException unavailable) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_UNAVAILABLE,
          "the events of the journey cannot be subscribed to: " + unavailable.getMessage());
    }
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
          List<String> customers = customers(request);
          Instant now = now();
          return Retries.ofConflicts(
              () ->
                  database.inTenant(
                      tenantId, tx -> enroll(tx, tenantId, request.getId(), customers, now)));
        });
  }

  private static List<String> customers(EnrollCustomersRequest request) {
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

  private EnrollCustomersResponse enroll(
      DSLContext tx, String tenantId, String id, List<String> customers, Instant now) {
    Ids.parse(id).ifPresent(uuid -> Journeys.lock(tx, List.of(new JourneyKey(tenantId, uuid))));
    JourneyRow journey = found(tx, tenantId, id);
    if (journey.status() != JourneyStatus.JOURNEY_STATUS_ACTIVE) {
      throw JourneyRules.wrongState(
          journey,
          "journey %s is %s; only an active journey takes customers"
              .formatted(id, Words.of(journey.status())));
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

  @Override
  public void testJourney(TestJourneyRequest request, StreamObserver<TestJourneyResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          JourneyRow journey =
              database.inTenant(tenantId, tx -> found(tx, tenantId, request.getId()));
          PlanReader.Reading reading = journey.content().read();
          Instant start = now();
          Simulation.Result result =
              Simulation.run(
                  reading.plan(),
                  new Facts(
                      request.hasCustomerAttributes()
                          ? Json.object(request.getCustomerAttributes())
                          : Map.of()),
                  start,
                  Duration.ofDays(journey.content().maxDurationDays()));
          TestJourneyResponse.Builder response =
              TestJourneyResponse.newBuilder().setOutcome(result.outcome());
          result
              .steps()
              .forEach(
                  step ->
                      response.addSteps(
                          SimulatedStep.newBuilder()
                              .setNodeId(step.nodeId())
                              .setNodeType(reading.plan().graph().typeOf(step.nodeId()))
                              .setDecision(step.decision())
                              .setTimestamp(
                                  Timestamps.message(start.plusMillis(step.stepNo() - 1L)))));
          return response.build();
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
