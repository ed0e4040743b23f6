package sextant.standalone.intake;

import io.grpc.CallCredentials;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import sextant.segments.v1.ListSchemasRequest;
import sextant.segments.v1.ListSchemasResponse;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemasServiceGrpc;
import sextant.segments.v1.SchemasServiceGrpc.SchemasServiceBlockingStub;
import sextant.standalone.CommandFailure;

/// The tenant's schemas, to find one by what a person calls it.
final class SchemaCatalog {

  private static final int PAGE = 100;
  private static final int PATIENCE_SECONDS = 30;

  private final SchemasServiceBlockingStub schemas;

  SchemaCatalog(Channel channel, CallCredentials caller) {
    this.schemas = SchemasServiceGrpc.newBlockingStub(channel).withCallCredentials(caller);
  }

  /// The schema with this id, else the one with this name.
  Schema find(String idOrName) {
    List<Schema> all = all();
    Optional<Schema> byId = all.stream().filter(s -> s.getId().equals(idOrName)).findFirst();
    return byId.or(() -> all.stream().filter(s -> s.getName().equals(idOrName)).findFirst())
        .orElseThrow(
            () ->
                new CommandFailure(
                    "there is no schema %s; %s"
                        .formatted(
                            idOrName,
                            all.isEmpty()
                                ? "the tenant has none, POST /api/v1/schemas makes one"
                                : "there is "
                                    + all.stream()
                                        .map(Schema::getName)
                                        .collect(Collectors.joining(", ")))));
  }

  private List<Schema> all() {
    List<Schema> all = new ArrayList<>();
    ListSchemasRequest.Builder request = ListSchemasRequest.newBuilder().setLimit(PAGE);
    ListSchemasResponse page;
    do {
      page =
          schemas
              .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
              .listSchemas(request.build());
      all.addAll(page.getDataList());
      request.setCursor(page.getPagination().getCursor());
    } while (page.getPagination().getHasMore());
    return all;
  }
}
