package sextant.metrics.interaction;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.kit.rpc.PageToken;
import sextant.metrics.interaction.InteractionRepository.Filter;
import sextant.metrics.interaction.InteractionRepository.Found;
import sextant.metrics.interaction.InteractionRepository.Position;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.CursorPagination;
import sextant.metrics.v1.ListInteractionsRequest;
import sextant.metrics.v1.ListInteractionsResponse;

/// Lists interactions page by page. A page starts where the one before ended, at a time and an id,
/// so interactions that arrive meanwhile shift nothing.
final class InteractionHistory {

  private static final int DEFAULT_LIMIT = 20;

  private final Database database;
  private final InteractionRepository interactions = new InteractionRepository();

  InteractionHistory(Database database) {
    this.database = database;
  }

  ListInteractionsResponse list(String tenantId, ListInteractionsRequest request) {
    Filter filter = filter(request);
    int limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
    PageRequest asked = new PageRequest(List.of(tenantId, filter), request.getCursor(), limit);
    Optional<Position> position = asked.after(2).map(InteractionHistory::position);
    Found found =
        database.inTenant(
            tenantId, tx -> interactions.list(tx, tenantId, filter, position, asked.toRead()));
    Page<InteractionRecord> page =
        asked.page(found.rows(), row -> List.of(row.getOccurredAt(), row.getInteractionId()));
    return ListInteractionsResponse.newBuilder()
        .addAllData(page.map(Interactions::message))
        .setPagination(page.describe(CursorPagination.newBuilder(), found.total()))
        .build();
  }

  private static Filter filter(ListInteractionsRequest request) {
    Filter filter =
        new Filter(
            present(request.getCustomerId()),
            present(request.getType()),
            present(request.getOfferId()),
            present(request.getChannelId()),
            request.hasFrom() ? Optional.of(instant("from", request.getFrom())) : Optional.empty(),
            request.hasTo() ? Optional.of(instant("to", request.getTo())) : Optional.empty());
    if (filter.from().isPresent()
        && filter.to().isPresent()
        && filter.from().get().isAfter(filter.to().get())) {
      throw ApiException.invalid("from", "must not be after `to`");
    }
    return filter;
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static Instant instant(String field, Timestamp timestamp) {
    return Instants.instant(timestamp)
        .orElseThrow(() -> ApiException.invalid(field, Instants.RULE));
  }

  private static Position position(List<String> key) {
    Instant occurredAt = PageToken.instant(key.getFirst());
    return new Position(
        Instants.instant(occurredAt.getEpochSecond(), occurredAt.getNano())
            .orElseThrow(PageToken::wrong),
        Ids.parse(key.getLast()).orElseThrow(PageToken::wrong));
  }
}
