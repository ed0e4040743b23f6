package sextant.metrics.interaction;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;
import sextant.metrics.v1.DeleteOutcomeTypeRequest;
import sextant.metrics.v1.ListOutcomeTypesRequest;
import sextant.metrics.v1.ListOutcomeTypesResponse;
import sextant.metrics.v1.OutcomeType;
import sextant.metrics.v1.OutcomeTypesServiceGrpc.OutcomeTypesServiceImplBase;
import sextant.metrics.v1.UpsertOutcomeTypeRequest;

/// The registry that says how interaction types count.
public final class OutcomeTypesService extends OutcomeTypesServiceImplBase {

  private static final String RESOURCE = "outcome type";

  /// The list is not paged, so it must stay short.
  private static final int MAX_OWN_TYPES = 1_000;

  private final Database database;
  private final OutcomeTypeRepository types = new OutcomeTypeRepository();

  public OutcomeTypesService(Database database) {
    this.database = database;
  }

  @Override
  public void listOutcomeTypes(
      ListOutcomeTypesRequest request, StreamObserver<ListOutcomeTypesResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          Stream<OutcomeType> own =
              database.inTenant(tenantId, tx -> types.list(tx, tenantId)).stream();
          return ListOutcomeTypesResponse.newBuilder()
              .addAllData(
                  Stream.concat(ShippedTypes.all().stream(), own)
                      .sorted(Comparator.comparing(OutcomeType::getKey))
                      .toList())
              .build();
        });
  }

  @Override
  public void upsertOutcomeType(UpsertOutcomeTypeRequest request, StreamObserver<OutcomeType> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          refuseShipped(request.getKey());
          OutcomeType type =
              OutcomeType.newBuilder()
                  .setKey(request.getKey())
                  .setName(request.hasName() ? request.getName() : request.getKey())
                  .setClassification(request.getClassification())
                  .setImpression(request.getImpression())
                  .setConversion(request.getConversion())
                  .build();
          return database.inTenant(
              tenantId,
              tx -> {
                refuseAboveLimit(tx, tenantId, type.getKey());
                types.upsert(tx, tenantId, type);
                return type;
              });
        });
  }

  @Override
  public void deleteOutcomeType(DeleteOutcomeTypeRequest request, StreamObserver<Empty> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          refuseShipped(request.getKey());
          if (!database.inTenant(tenantId, tx -> types.delete(tx, tenantId, request.getKey()))) {
            throw ApiException.notFound(RESOURCE, request.getKey());
          }
          return Empty.getDefaultInstance();
        });
  }

  private static void refuseShipped(String key) {
    if (ShippedTypes.find(key).isPresent()) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_WRONG_STATE,
          "the outcome type \"" + key + "\" is shipped with the product and cannot be changed",
          Map.of("resource", RESOURCE, "id", key, "state", "shipped"));
    }
  }

  private void refuseAboveLimit(DSLContext tx, String tenantId, String key) {
    // One change of a tenant's registry at a time, or two calls could both take the last place.
    tx.execute("select pg_advisory_xact_lock(hashtext('outcome_type'), hashtext(?))", tenantId);
    if (types.countOthers(tx, tenantId, key) >= MAX_OWN_TYPES) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_LIMIT_REACHED,
          "a tenant has at most " + MAX_OWN_TYPES + " outcome types of its own",
          Map.of("resource", RESOURCE, "limit", String.valueOf(MAX_OWN_TYPES)));
    }
  }
}
