package sextant.metrics.threshold;

import static org.jooq.impl.DSL.noCondition;
import static sextant.metrics.jooq.Tables.DEFINITION;
import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.THRESHOLD;
import static sextant.metrics.jooq.Tables.TRANSITION;

import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.kit.rpc.PageToken;
import sextant.kit.rpc.Timestamps;
import sextant.kit.rpc.Unary;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.ThresholdRecord;
import sextant.metrics.jooq.tables.records.TransitionRecord;
import sextant.metrics.v1.CreateThresholdRequest;
import sextant.metrics.v1.CursorPagination;
import sextant.metrics.v1.DefinitionResponse;
import sextant.metrics.v1.ListTransitionsRequest;
import sextant.metrics.v1.ListTransitionsResponse;
import sextant.metrics.v1.StreamTransitionsRequest;
import sextant.metrics.v1.ThresholdsServiceGrpc.ThresholdsServiceImplBase;
import sextant.metrics.v1.Transition;

/// The threshold document over gRPC.
public final class ThresholdsService extends ThresholdsServiceImplBase implements AutoCloseable {

  private static final int DEFAULT_PAGE_SIZE = 50;
  private static final int MAX_THRESHOLDS = 100;

  private final Database database;
  private final InstantSource time;
  private final TransitionStreams streams;

  public ThresholdsService(Database database, InstantSource time) {
    this.database = database;
    this.time = time;
    this.streams = new TransitionStreams(database);
  }

  @Override
  public void createThreshold(
      CreateThresholdRequest request, StreamObserver<DefinitionResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          String asked =
              Slugs.asked(
                  request.hasSlug(),
                  request.getSlug(),
                  request.hasMetricId(),
                  request.getMetricId());
          return database.inTenant(tenantId, tx -> create(tx, tenantId, asked, request));
        });
  }

  private DefinitionResponse create(
      DSLContext tx, String tenantId, String asked, CreateThresholdRequest request) {
    tx.execute("set local statement_timeout = '290s'");
    DefinitionRecord source = enterSource(tx, tenantId, request.getIdOrSlug());
    ThresholdRecord row = NewThreshold.of(tx, source, request);
    checkLimit(tx, source);
    DefinitionRecord definition = NewThreshold.definition(source, row, request);
    definition.setSlug(
        Slugs.reserve(tx, tenantId, asked, NewThreshold.slugStem(source, row, request)));
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    DefinitionStore.insert(tx, definition, now);
    tx.insertInto(THRESHOLD).set(row).execute();
    tx.update(DEFINITION)
        .set(DEFINITION.WATCHED, true)
        .where(DEFINITION.TENANT_ID.eq(tenantId))
        .and(DEFINITION.DEFINITION_ID.eq(source.getRootId()))
        .execute();
    ThresholdRecord stored =
        DefinitionStore.thresholds(tx, List.of(definition)).get(row.getThresholdId());
    Evaluation.backfill(tx, Threshold.of(stored, definition), source, now);
    return DefinitionMessages.response(tx, definition);
  }

  /// The source, with its tree to ourselves and its values noted when they change.
  private static DefinitionRecord enterSource(DSLContext tx, String tenantId, String idOrSlug) {
    DefinitionRecord found = DefinitionStore.find(tx, tenantId, idOrSlug);
    boolean unwatchedMetric =
        tx.fetchExists(
            METRIC,
            METRIC
                .TENANT_ID
                .eq(tenantId)
                .and(METRIC.METRIC_ID.eq(found.getRootId()))
                .and(METRIC.WATCHED.isFalse()));
    if (unwatchedMetric) {
      BehavioralDefinitions.watch(tx, tenantId, found.getRootId());
    }
    DefinitionStore.enterAlone(tx, found.getRootId());
    return DefinitionStore.find(tx, tenantId, idOrSlug);
  }

  private static void checkLimit(DSLContext tx, DefinitionRecord source) {
    int hanging =
        tx.fetchCount(
            DEFINITION,
            DEFINITION
                .TENANT_ID
                .eq(source.getTenantId())
                .and(DEFINITION.ROOT_ID.eq(source.getRootId()))
                .and(DEFINITION.CALCULATION.eq("threshold")));
    if (hanging >= MAX_THRESHOLDS) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_LIMIT_REACHED,
          "a source may have at most "
              + MAX_THRESHOLDS
              + " thresholds, those on its thresholds"
              + " included",
          Map.of("resource", "threshold", "limit", String.valueOf(MAX_THRESHOLDS)));
    }
  }

  @Override
  public void listTransitions(
      ListTransitionsRequest request, StreamObserver<ListTransitionsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return database.inTenant(
              tenantId, tx -> list(tx, threshold(tx, tenantId, request.getIdOrSlug()), request));
        });
  }

  private static ListTransitionsResponse list(
      DSLContext tx, DefinitionRecord threshold, ListTransitionsRequest request) {
    int limit = request.hasLimit() ? request.getLimit() : DEFAULT_PAGE_SIZE;
    boolean forward = request.hasAfter();
    PageRequest asked =
        new PageRequest(
            List.of(
                "transitions",
                threshold.getDefinitionId(),
                request.getSubjectId(),
                forward ? request.getAfter() : "newest"),
            request.getCursor(),
            limit);
    Condition rest =
        asked
            .after(1)
            .map(key -> position(key.getFirst()))
            .map(last -> forward ? TRANSITION.POSITION.gt(last) : TRANSITION.POSITION.lt(last))
            .orElse(noCondition());
    Condition all =
        TRANSITION
            .TENANT_ID
            .eq(threshold.getTenantId())
            .and(TRANSITION.THRESHOLD_ID.eq(threshold.getDefinitionId()))
            .and(
                request.hasSubjectId()
                    ? TRANSITION.SUBJECT_ID.eq(request.getSubjectId())
                    : noCondition())
            .and(forward ? TRANSITION.POSITION.gt(request.getAfter()) : noCondition());
    Page<TransitionRecord> page =
        asked.page(
            tx.selectFrom(TRANSITION)
                .where(all)
                .and(rest)
                .orderBy(forward ? TRANSITION.POSITION.asc() : TRANSITION.POSITION.desc())
                .limit(asked.toRead())
                .fetch(),
            row -> List.of(row.getPosition()));
    return ListTransitionsResponse.newBuilder()
        .addAllData(page.map(ThresholdsService::message))
        .setPagination(page.describe(CursorPagination.newBuilder(), tx.fetchCount(TRANSITION, all)))
        .build();
  }

  private static long position(String key) {
    try {
      return Long.parseLong(key);
    } catch (NumberFormatException forged) {
      throw PageToken.wrong();
    }
  }

  @Override
  public void streamTransitions(StreamTransitionsRequest request, StreamObserver<Transition> out) {
    String tenantId = Caller.current().tenantId();
    try {
      DefinitionRecord threshold =
          database.inTenant(tenantId, tx -> threshold(tx, tenantId, request.getIdOrSlug()));
      streams.send(threshold, request.getAfter(), out);
    } catch (RuntimeException failure) {
      out.onError(Unary.failure(failure, "StreamTransitions"));
    }
  }

  private static DefinitionRecord threshold(DSLContext tx, String tenantId, String idOrSlug) {
    DefinitionRecord definition = DefinitionStore.find(tx, tenantId, idOrSlug);
    if (!definition.getCalculation().equals("threshold")) {
      throw DefinitionStore.wrongKind(
          definition, "is no threshold; only thresholds have transitions");
    }
    return definition;
  }

  static Transition message(TransitionRecord row) {
    Transition.Builder transition =
        Transition.newBuilder()
            .setPosition(row.getPosition())
            .setFired(row.getFired())
            .setOccurredAt(Timestamps.of(row.getOccurredAt()));
    if (!row.getSubjectId().isEmpty()) {
      transition.setSubjectId(row.getSubjectId());
    }
    if (!row.getValueId().isEmpty()) {
      transition.setValueId(row.getValueId());
    }
    if (row.getValue() != null) {
      transition.setValue(row.getValue());
    }
    return transition.build();
  }

  /// Ends all streams, so that a server can stop.
  @Override
  public void close() {
    streams.close();
  }
}
