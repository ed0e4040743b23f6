package sextant.segments.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.errors.v1.ErrorReason;
import sextant.segments.SegmentsExtension;
import sextant.segments.Tenant;
import sextant.segments.v1.CheckMembershipRequest;
import sextant.segments.v1.CustomerAttributes;
import sextant.segments.v1.GetAttributesRequest;
import sextant.segments.v1.ResolveSegmentsRequest;
import sextant.segments.v1.Schema;
import sextant.segments.v1.Segment;
import sextant.segments.v1.SegmentMembers;
import sextant.segments.v1.SegmentStatus;
import sextant.segments.v1.SegmentView;
import sextant.segments.v1.StreamMembersRequest;
import sextant.segments.v1.StreamMembersResponse;

/// What journeys and dashboards ask about customers.
class MembershipServiceTest {

  @RegisterExtension static final SegmentsExtension service = new SegmentsExtension();

  private final Tenant tenant = service.tenant();
  private Schema customers;

  @BeforeEach
  void createCustomers() {
    customers = tenant.schema("customers", "id:text", "age:integer", "big:bigint");
    tenant.insert(
        customers,
        "[{'id':'a','age':10},{'id':'b','age':20,'big':9007199254740993},{'id':'c','age':30},"
            + "{'id':'d'}]");
  }

  @Test
  void manyCustomersAreCheckedAgainstManySegments() {
    Segment adults = tenant.segment(customers, "[{'field':'age','operator':'>=','value':18}]");
    Segment others =
        tenant.segment(
            customers,
            "[{'field':'segment','operator':'not_in','value':'" + adults.getId() + "'}]");

    assertThat(
            check(
                List.of(others.getId(), "nonsense", adults.getId(), UUID.randomUUID().toString()),
                List.of("a", "b", "nobody", "d", "a")))
        .containsExactly(
            Map.entry(others.getId(), List.of("a", "d")), Map.entry(adults.getId(), List.of("b")));
    Tenant other = service.tenant();
    assertThat(
            other
                .membership
                .checkMembership(request(List.of(adults.getId()), List.of("b")))
                .getSegmentsList())
        .isEmpty();
  }

  @Test
  void metricsAreReadForTheCustomersAskedAbout() {
    metric("visits", Map.of("a", 1, "b", 2, "c", 3, "x", 9));
    metric("spent", Map.of("b", 50));
    String two = "{'field':'metric.visits','operator':'>=','value':2}";
    Segment frequent = tenant.segment(customers, "[" + two + "]");
    Segment thrifty =
        tenant.segment(
            customers,
            "[{'or':[{'and':["
                + two
                + ",{'field':'metric.spent','operator':'is_null'}]},"
                + "{'field':'metric.visits','operator':'is_null'}]}]");
    Segment nested =
        tenant.segment(
            customers, "[{'field':'segment','operator':'in','value':'" + frequent.getId() + "'}]");

    List<String> asked = List.of("a", "b", "d", "x");
    assertThat(check(List.of(frequent.getId(), thrifty.getId(), nested.getId()), asked))
        .containsExactly(
            Map.entry(frequent.getId(), List.of("b")),
            Map.entry(thrifty.getId(), List.of("d")),
            Map.entry(nested.getId(), List.of("b")));
    for (Segment segment : List.of(frequent, thrifty, nested)) {
      assertThat(check(List.of(segment.getId()), List.of("a", "b", "c", "d")).getFirst().getValue())
          .as("membership is what the view has")
          .isEqualTo(service.members(tenant, segment));
    }
  }

  @Test
  void attributesOfAllSchemasAreMergedTheOlderFirst() {
    Schema more = tenant.schema("more", "customer_id:text", "age:integer", "city:text");
    tenant.insert(more, "[{'customer_id':'a','age':99,'city':'Bonn'},{'customer_id':'z'}]");
    // Several rows of a customer are no attribute of the customer.
    Schema orders = tenant.schema("orders", "number:bigint:key", "customer_id:text");
    tenant.insert(orders, "[{'number':1,'customer_id':'a'},{'number':2,'customer_id':'a'}]");

    assertThat(attributes("b", "z", "nobody", "a"))
        .containsExactly(
            Map.entry("b", "{\"id\":\"b\",\"age\":20,\"big\":9007199254740993}"),
            Map.entry("z", "{\"customer_id\":\"z\",\"age\":null,\"city\":null}"),
            Map.entry(
                "a",
                "{\"id\":\"a\",\"age\":10,\"big\":null,\"customer_id\":\"a\",\"city\":\"Bonn\"}"));
  }

  @Test
  void membersAreStreamedInBatches() {
    String rows =
        IntStream.range(0, 250)
            .mapToObj(n -> "{'id':'s" + n + "','age':70}")
            .collect(Collectors.joining(",", "[", "]"));
    tenant.insert(customers, rows);
    Segment old = tenant.segment(customers, "[{'field':'age','operator':'=','value':70}]");
    List<String> streamed = new ArrayList<>();
    tenant
        .membership
        .streamMembers(
            StreamMembersRequest.newBuilder().setSegmentId(old.getId()).setBatchSize(100).build())
        .forEachRemaining(batch -> streamed.addAll(checked(batch)));
    assertThat(streamed)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 250).mapToObj(n -> "s" + n).toList());
    assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () ->
            tenant
                .membership
                .streamMembers(
                    StreamMembersRequest.newBuilder()
                        .setSegmentId(UUID.randomUUID().toString())
                        .build())
                .hasNext());
  }

  private static List<String> checked(StreamMembersResponse batch) {
    assertThat(batch.getCustomerIdsCount()).isBetween(1, 100);
    return batch.getCustomerIdsList();
  }

  @Test
  void segmentsAreResolvedToTheirViews() {
    Segment one = tenant.segment(customers, "[]");
    Segment two = tenant.segment(customers, "[]");
    assertThat(views(ResolveSegmentsRequest.newBuilder()))
        .containsExactly(one.getViewName(), two.getViewName());
    assertThat(views(ResolveSegmentsRequest.newBuilder().addSegmentIds(two.getId())))
        .containsExactly(two.getViewName());
    assertThat(
            views(
                ResolveSegmentsRequest.newBuilder()
                    .setStatus(SegmentStatus.SEGMENT_STATUS_ARCHIVED)))
        .isEmpty();
  }

  private List<String> views(ResolveSegmentsRequest.Builder request) {
    return tenant.membership.resolveSegments(request.build()).getSegmentsList().stream()
        .map(SegmentView::getViewName)
        .toList();
  }

  private List<Map.Entry<String, List<String>>> check(List<String> segments, List<String> asked) {
    return tenant.membership.checkMembership(request(segments, asked)).getSegmentsList().stream()
        .map(MembershipServiceTest::sorted)
        .toList();
  }

  private static Map.Entry<String, List<String>> sorted(SegmentMembers members) {
    return Map.entry(
        members.getSegmentId(), members.getCustomerIdsList().stream().sorted().toList());
  }

  private static CheckMembershipRequest request(List<String> segments, List<String> customers) {
    return CheckMembershipRequest.newBuilder()
        .addAllSegmentIds(segments)
        .addAllCustomerIds(customers)
        .build();
  }

  private List<Map.Entry<String, String>> attributes(String... ids) {
    return tenant
        .membership
        .getAttributes(GetAttributesRequest.newBuilder().addAllCustomerIds(List.of(ids)).build())
        .getCustomersList()
        .stream()
        .map(MembershipServiceTest::entry)
        .toList();
  }

  private static Map.Entry<String, String> entry(CustomerAttributes customer) {
    return Map.entry(customer.getCustomerId(), customer.getAttributes());
  }

  /// A metric with these values, as the metrics-service stores them.
  private void metric(String name, Map<String, Integer> values) {
    UUID id = UUID.randomUUID();
    service
        .database()
        .asOwner(
            owner -> {
              owner.execute(
                  """
                  insert into metrics.metric
                    (tenant_id, metric_id, name, description, aggregate_function, source_field,
                     source_kind, group_by_dimensions, compute_mode, batch_interval_min, status,
                     epoch, value_count, created_at, updated_at)
                  values (?, ?, ?, '', 'count', 'visit', 'type', '{}', 'batch', 60, 'active', 1, 0,
                     now(), now())""",
                  tenant.id,
                  id,
                  name);
              values.forEach(
                  (customer, value) ->
                      owner.execute(
                          """
                          insert into metrics.metric_value
                            (tenant_id, customer_id, metric_id, epoch, dimension_1, dimension_2, value)
                          values (?, ?, ?, 1, '', '', ?)""",
                          tenant.id,
                          customer,
                          id,
                          value));
              return id;
            });
  }
}
