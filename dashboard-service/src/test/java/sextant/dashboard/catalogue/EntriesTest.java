package sextant.dashboard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.access.v1.Role;
import sextant.dashboard.DashboardExtension;
import sextant.dashboard.v1.DeleteEntryRequest;
import sextant.dashboard.v1.EntryStatus;
import sextant.dashboard.v1.ListEntriesRequest;
import sextant.dashboard.v1.ListOffersResponse;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.OffersServiceGrpc;
import sextant.dashboard.v1.OffersServiceGrpc.OffersServiceBlockingStub;
import sextant.dashboard.v1.UpsertOffersRequest;
import sextant.errors.v1.ErrorReason;
import sextant.kit.testing.RpcAssertions.Refusal;

/// What holds for entries of every kind, shown with offers.
final class EntriesTest {

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  private static final EntryStatus ACTIVE = EntryStatus.ENTRY_STATUS_ACTIVE;
  private static final ListEntriesRequest FIRST_PAGE = ListEntriesRequest.getDefaultInstance();

  private String tenant;

  @BeforeEach
  void newTenant() {
    tenant = dashboard.newTenant();
  }

  private OffersServiceBlockingStub offers(Role role) {
    return dashboard.as(OffersServiceGrpc::newBlockingStub, tenant, role);
  }

  private List<Offer> upsert(Offer... offers) {
    return offers(Role.ROLE_EDITOR)
        .upsertOffers(UpsertOffersRequest.newBuilder().addAllOffers(List.of(offers)).build())
        .getDataList();
  }

  private static Offer offer(String id) {
    return Offer.newBuilder().setId(id).setName("Offer " + id).build();
  }

  private static DeleteEntryRequest entry(String id) {
    return DeleteEntryRequest.newBuilder().setId(id).build();
  }

  @Test
  void anOfferGetsItsDefaults() {
    Offer stored = upsert(Offer.newBuilder().setName("Gold").build()).getFirst();

    assertThat(stored.getId()).hasSize(36);
    assertThat(stored)
        .isEqualTo(
            Offer.newBuilder()
                .setId(stored.getId())
                .setName("Gold")
                .setStatus(ACTIVE)
                .setPriority(50)
                .build());
    assertThat(offers(Role.ROLE_VIEWER).listOffers(FIRST_PAGE).getDataList())
        .containsExactly(stored);
  }

  @Test
  void anUpsertReplacesTheWholeEntry() {
    upsert(
        offer("o1").toBuilder()
            .setCategoryId("cards")
            .setPriority(90)
            .setBudget("{\"maxPerDay\": 1000.50, \"a\": [1]}")
            .setDescription("long")
            .build());

    upsert(offer("o1"));

    assertThat(offers(Role.ROLE_VIEWER).listOffers(FIRST_PAGE).getDataList())
        .containsExactly(offer("o1").toBuilder().setStatus(ACTIVE).setPriority(50).build());
  }

  @Test
  void pagesTogetherAreTheWholeList() {
    List<Offer> all = new ArrayList<>();
    for (int number = 0; number < 45; number++) {
      all.add(offer("o%02d".formatted(number)));
    }
    upsert(all.reversed().toArray(Offer[]::new));

    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      ListOffersResponse page =
          offers(Role.ROLE_VIEWER)
              .listOffers(ListEntriesRequest.newBuilder().setCursor(cursor).build());
      page.getDataList().forEach(offer -> seen.add(offer.getId()));
      assertThat(page.getPagination().getTotal()).isEqualTo(45);
      assertThat(page.getPagination().getLimit()).isEqualTo(20);
      assertThat(page.getPagination().hasCursor()).isEqualTo(page.getPagination().getHasMore());
      cursor = page.getPagination().getCursor();
    } while (!cursor.isEmpty());

    assertThat(seen).containsExactlyElementsOf(all.stream().map(Offer::getId).toList());
  }

  @Test
  void aDeletedEntryIsGone() {
    upsert(offer("o1"), offer("o2"));

    offers(Role.ROLE_ADMIN).deleteOffer(entry("o1"));

    assertThat(offers(Role.ROLE_VIEWER).listOffers(FIRST_PAGE).getDataList())
        .extracting(Offer::getId)
        .containsExactly("o2");
    assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND, () -> offers(Role.ROLE_ADMIN).deleteOffer(entry("o1")));
  }

  @Test
  void tenantsDoNotSeeEachOther() {
    upsert(offer("o1"));
    String stranger = dashboard.newTenant();
    var theirs = dashboard.as(OffersServiceGrpc::newBlockingStub, stranger, Role.ROLE_ADMIN);

    assertThat(theirs.listOffers(FIRST_PAGE).getDataList()).isEmpty();
    assertRefused(ErrorReason.ERROR_REASON_NOT_FOUND, () -> theirs.deleteOffer(entry("o1")));

    theirs.upsertOffers(UpsertOffersRequest.newBuilder().addOffers(offer("o1")).build());
    theirs.deleteOffer(entry("o1"));
    assertThat(offers(Role.ROLE_VIEWER).listOffers(FIRST_PAGE).getDataList()).hasSize(1);
  }

  @Test
  void viewersReadEditorsWriteAdminsDelete() {
    var write = UpsertOffersRequest.newBuilder().addOffers(offer("o1")).build();
    offers(Role.ROLE_EDITOR).upsertOffers(write);

    assertRefused(
        ErrorReason.ERROR_REASON_ROLE_TOO_LOW, () -> offers(Role.ROLE_VIEWER).upsertOffers(write));
    assertRefused(
        ErrorReason.ERROR_REASON_ROLE_TOO_LOW,
        () -> offers(Role.ROLE_EDITOR).deleteOffer(entry("o1")));
  }

  @Test
  void allFaultsOfACallAreNamedAndNothingIsWritten() {
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () -> upsert(offer("a"), offer("a"), offer("b").toBuilder().setBudget("[]").build()));

    assertThat(refusal.fields())
        .containsExactly(
            "offers[1].id: must not come twice in one call",
            "offers[2].budget: must be a JSON object");
    assertThat(offers(Role.ROLE_VIEWER).listOffers(FIRST_PAGE).getDataList()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'must be a JSON object'",
    "'{} {}', 'must be one JSON object and nothing after it'",
    "'{\"a\":1,\"a\":2}', 'must be a JSON object; Duplicate'",
    "'{\"a\":', 'must be a JSON object; Unexpected end'",
    "'{\"a\":NaN}', 'must be a JSON object; '",
  })
  void freeFormFieldsMustBeJsonObjects(String budget, String fault) {
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () -> upsert(offer("a").toBuilder().setBudget(budget).build()));
    assertThat(refusal.fields().getFirst()).startsWith("offers[0].budget: " + fault);
  }
}
