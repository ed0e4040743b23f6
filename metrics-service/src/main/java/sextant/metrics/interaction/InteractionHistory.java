package sextant.metrics.interaction;

import com.google.protobuf.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.PageToken;
import sextant.metrics.interaction.InteractionRepository.Filter;
import sextant.metrics.interaction.InteractionRepository.Page;
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
    List<?> filters = List.of(tenantId, filter);
    Optional<Position> position = position(request.getCursor(), filters);
    int limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
    // One more than asked for tells whether there is another page.
    Page page =
        database.inTenant(
            tenantId, tx -> interactions.list(tx, tenantId, filter, position, limit + 1));
    boolean hasMore = page.rows().size() > limit;
    List<InteractionRecord> rows = hasMore ? page.rows().subList(0, limit) : page.rows();
    CursorPagination.Builder pagination =
        CursorPagination.newBuilder().setTotal(page.total()).setHasMore(hasMore).setLimit(limit);
    if (hasMore) {
      pagination.setCursor(cursor(filters, rows.getLast()));
    }
    return ListInteractionsResponse.newBuilder()
        .addAllData(rows.stream().map(Interactions::message).toList())
        .setPagination(pagination)
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
    return Timestamps.instant(timestamp)
        .orElseThrow(() -> ApiException.invalid(field, Timestamps.RULE));
  }

  private static String cursor(List<?> filters, InteractionRecord last) {
    return PageToken.encode(
        filters, List.of(last.getOccurredAt().toString(), last.getInteractionId().toString()));
  }

  private static Optional<Position> position(String cursor, List<?> filters) {
    return PageToken.decode(cursor, filters, 2)
        .map(
            key -> {
              try {
                Instant occurredAt = Instant.parse(key.getFirst());
                return new Position(
                    Timestamps.instant(occurredAt.getEpochSecond(), occurredAt.getNano())
                        .orElseThrow(PageToken::wrong),
                    Ids.parse(key.getLast()).orElseThrow(PageToken::wrong));
              } catch (DateTimeException malformed) {
                throw PageToken.wrong();
              }
            });
  }
}
