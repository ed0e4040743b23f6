package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;
import sextant.kit.rpc.PageToken;
import sextant.kit.rpc.Timestamps;
import sextant.kit.testing.RpcAssertions.Refusal;
import sextant.kit.testing.Seeds;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.CursorPagination;
import sextant.metrics.v1.Interaction;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.ListInteractionsRequest;
import sextant.metrics.v1.ListInteractionsResponse;
import sextant.metrics.v1.RecordInteractionsRequest;

class InteractionHistoryTest {

  @RegisterExtension static final MetricsExtension metrics = new MetricsExtension();

  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  private InteractionsServiceBlockingStub interactions;

  @BeforeEach
  void newTenant() {
    interactions =
        metrics.as(InteractionsServiceGrpc::newBlockingStub, metrics.newTenant(), Role.ROLE_EDITOR);
  }

  /// Few different values, so that filters match and instants tie.
  private static InteractionInput random(Random random) {
    InteractionInput.Builder input =
        InteractionInput.newBuilder()
            .setCustomerId("c" + random.nextInt(3))
            .setEventType("t" + random.nextInt(3))
            .setTimestamp(Timestamps.of(START.plusSeconds(random.nextInt(5))));
    if (random.nextBoolean()) {
      input.setOfferId("o" + random.nextInt(2));
    }
    if (random.nextBoolean()) {
      input.setChannelId("ch" + random.nextInt(2));
    }
    return input.build();
  }

  private List<Interaction> record(Random random, int count) {
    RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
    for (int index = 0; index < count; index++) {
      request.addEvents(random(random));
    }
    List<Interaction> recorded = new ArrayList<>();
    var results = interactions.recordInteractions(request.build()).getResultsList();
    for (int index = 0; index < count; index++) {
      InteractionInput input = request.getEvents(index);
      Interaction.Builder interaction =
          Interaction.newBuilder()
              .setId(results.get(index).getInteractionId())
              .setCustomerId(input.getCustomerId())
              .setType(input.getEventType())
              .setTimestamp(input.getTimestamp());
      if (input.hasOfferId()) {
        interaction.setOfferId(input.getOfferId());
      }
      if (input.hasChannelId()) {
        interaction.setChannelId(input.getChannelId());
      }
      recorded.add(interaction.build());
    }
    return recorded;
  }

  private static List<String> idsNewestFirst(List<Interaction> all, Predicate<Interaction> filter) {
    return all.stream()
        .filter(filter)
        .sorted(
            Comparator.comparing((Interaction row) -> row.getTimestamp().getSeconds())
                .thenComparing(Interaction::getId)
                .reversed())
        .map(Interaction::getId)
        .toList();
  }

  @Test
  void filtersAndPagesAgreeWithAListInMemory() {
    Random data = new Random(7);
    List<Interaction> all = record(data, 300);
    Seeds.forEach(
        60,
        random -> {
          ListInteractionsRequest.Builder request =
              ListInteractionsRequest.newBuilder().setLimit(1 + random.nextInt(100));
          Predicate<Interaction> filter = row -> true;
          if (random.nextBoolean()) {
            String customer = "c" + random.nextInt(4);
            request.setCustomerId(customer);
            filter = filter.and(row -> row.getCustomerId().equals(customer));
          }
          if (random.nextInt(3) == 0) {
            String type = "t" + random.nextInt(4);
            request.setType(type);
            filter = filter.and(row -> row.getType().equals(type));
          }
          if (random.nextInt(3) == 0) {
            String offer = "o" + random.nextInt(3);
            request.setOfferId(offer);
            filter = filter.and(row -> row.getOfferId().equals(offer));
          }
          if (random.nextInt(3) == 0) {
            String channel = "ch" + random.nextInt(3);
            request.setChannelId(channel);
            filter = filter.and(row -> row.getChannelId().equals(channel));
          }
          if (random.nextInt(3) == 0) {
            Timestamp from = Timestamps.of(START.plusSeconds(random.nextInt(3)));
            request.setFrom(from);
            filter = filter.and(row -> row.getTimestamp().getSeconds() >= from.getSeconds());
          }
          if (random.nextInt(3) == 0) {
            Timestamp to = Timestamps.of(START.plusSeconds(3 + random.nextInt(3)));
            request.setTo(to);
            filter = filter.and(row -> row.getTimestamp().getSeconds() < to.getSeconds());
          }
          List<String> expected = idsNewestFirst(all, filter);
          assertThat(walk(request, expected.size())).isEqualTo(expected);
        });
  }

  /// All pages one after the other; every page states the same total.
  private List<String> walk(ListInteractionsRequest.Builder request, int total) {
    List<String> ids = new ArrayList<>();
    while (true) {
      ListInteractionsResponse page = interactions.listInteractions(request.build());
      page.getDataList().forEach(row -> ids.add(row.getId()));
      CursorPagination pagination = page.getPagination();
      assertThat(pagination.getTotal()).isEqualTo(total);
      assertThat(pagination.getLimit()).isEqualTo(request.getLimit());
      assertThat(pagination.hasCursor()).isEqualTo(pagination.getHasMore());
      if (!pagination.getHasMore()) {
        return ids;
      }
      assertThat(page.getDataCount()).isEqualTo(request.getLimit());
      request.setCursor(pagination.getCursor());
    }
  }

  @Test
  void interactionsThatArriveMeanwhileShiftNothing() {
    Random random = new Random(1);
    List<String> before = idsNewestFirst(record(random, 50), row -> true);
    ListInteractionsRequest.Builder request = ListInteractionsRequest.newBuilder().setLimit(7);
    List<String> seen = new ArrayList<>();
    ListInteractionsResponse page;
    do {
      page = interactions.listInteractions(request.build());
      page.getDataList().forEach(row -> seen.add(row.getId()));
      request.setCursor(page.getPagination().getCursor());
      record(random, 5);
    } while (page.getPagination().getHasMore());
    assertThat(seen).doesNotHaveDuplicates();
    assertThat(seen.stream().filter(before::contains)).isEqualTo(before);
  }

  @Test
  void anEmptyListHasATotalOfZero() {
    assertThat(interactions.listInteractions(ListInteractionsRequest.getDefaultInstance()))
        .isEqualTo(
            ListInteractionsResponse.newBuilder()
                .setPagination(CursorPagination.newBuilder().setLimit(20))
                .build());
  }

  @Test
  void aCursorContinuesItsOwnListOnly() {
    record(new Random(3), 30);
    ListInteractionsRequest all = ListInteractionsRequest.newBuilder().setLimit(5).build();
    String cursor = interactions.listInteractions(all).getPagination().getCursor();
    InteractionsServiceBlockingStub other =
        metrics.as(InteractionsServiceGrpc::newBlockingStub, metrics.newTenant(), Role.ROLE_VIEWER);
    List<Object> filters = List.of("whatever");
    for (ListInteractionsRequest wrong :
        List.of(
            all.toBuilder().setCursor(cursor).setCustomerId("c1").build(),
            all.toBuilder().setCursor(cursor).setTo(Timestamps.of(START)).build(),
            all.toBuilder().setCursor(cursor.substring(1)).build(),
            all.toBuilder().setCursor("nonsense").build(),
            all.toBuilder().setCursor(PageToken.encode(filters, List.of("a", "b"))).build())) {
      assertCursorRefused(interactions, wrong);
    }
    assertCursorRefused(other, all.toBuilder().setCursor(cursor).build());
    assertThat(
            interactions
                .listInteractions(all.toBuilder().setCursor(cursor).setLimit(9).build())
                .getDataCount())
        .isEqualTo(9);
  }

  private static void assertCursorRefused(
      InteractionsServiceBlockingStub stub, ListInteractionsRequest request) {
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT, () -> stub.listInteractions(request));
    assertThat(refusal.fields()).hasSize(1).first().asString().startsWith("cursor: ");
  }

  @Test
  void badConditionsAreNamed() {
    Timestamp later = Timestamps.of(START.plusSeconds(1));
    assertFault("limit", ListInteractionsRequest.newBuilder().setLimit(0));
    assertFault("limit", ListInteractionsRequest.newBuilder().setLimit(101));
    assertFault("customer_id", ListInteractionsRequest.newBuilder().setCustomerId(""));
    assertFault("type", ListInteractionsRequest.newBuilder().setType("a\0b"));
    assertFault(
        "from", ListInteractionsRequest.newBuilder().setFrom(later).setTo(Timestamps.of(START)));
    assertFault(
        "to", ListInteractionsRequest.newBuilder().setTo(Timestamp.newBuilder().setNanos(-1)));
    assertFault(
        "from",
        ListInteractionsRequest.newBuilder()
            .setFrom(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE)));
  }

  private void assertFault(String field, ListInteractionsRequest.Builder request) {
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () -> interactions.listInteractions(request.build()));
    assertThat(refusal.fields()).hasSize(1).first().asString().startsWith(field + ": ");
  }
}
