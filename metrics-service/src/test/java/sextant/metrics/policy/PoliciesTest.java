package sextant.metrics.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_ALREADY_EXISTS;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_INVALID_ARGUMENT;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_IN_USE;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_NOT_FOUND;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_ROLE_TOO_LOW;
import static sextant.kit.testing.RpcAssertions.assertRefused;
import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.POLICY_METRIC;

import com.google.protobuf.FieldMask;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.access.v1.Role;
import sextant.kit.db.Ids;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.ContactPoliciesServiceGrpc;
import sextant.metrics.v1.ContactPoliciesServiceGrpc.ContactPoliciesServiceBlockingStub;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.CreatePolicyRequest;
import sextant.metrics.v1.CustomerEvaluation;
import sextant.metrics.v1.DeleteMetricRequest;
import sextant.metrics.v1.DeletePolicyRequest;
import sextant.metrics.v1.EvaluatePoliciesRequest;
import sextant.metrics.v1.GetPolicyRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.ListPoliciesRequest;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;
import sextant.metrics.v1.Policy;
import sextant.metrics.v1.PolicyEvaluationServiceGrpc;
import sextant.metrics.v1.PolicyStatus;
import sextant.metrics.v1.QualificationRulesServiceGrpc;
import sextant.metrics.v1.QualificationRulesServiceGrpc.QualificationRulesServiceBlockingStub;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.UpdateMetricRequest;
import sextant.metrics.v1.UpdatePolicyRequest;

final class PoliciesTest {

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  private final String tenant = mesh.newTenant();

  @Test
  void aPolicyIsCreatedReadListedChangedAndDeleted() {
    Metric metric = metric("m");
    Policy created = policies().createContactPolicy(policy("p", metric).build());
    assertThat(created)
        .isEqualTo(
            Policy.newBuilder()
                .setId(created.getId())
                .setName("p")
                .setStatus(PolicyStatus.POLICY_STATUS_ACTIVE)
                .setRuleType("metric_condition")
                .setConfig(created.getConfig())
                .setPriority(50)
                .setScope("global")
                .setCreatedAt(created.getCreatedAt())
                .setUpdatedAt(created.getCreatedAt())
                .build());
    assertThat(created.getConfig()).contains(metric.getId()).contains("gte");
    assertThat(
            policies()
                .getContactPolicy(GetPolicyRequest.newBuilder().setId(created.getId()).build()))
        .isEqualTo(created);
    Policy changed =
        policies()
            .updateContactPolicy(
                UpdatePolicyRequest.newBuilder()
                    .setId(created.getId())
                    .setPriority(90)
                    .setStatus(PolicyStatus.POLICY_STATUS_PAUSED)
                    .setUpdateMask(
                        FieldMask.newBuilder()
                            .addPaths("id")
                            .addPaths("priority")
                            .addPaths("status"))
                    .build());
    assertThat(changed)
        .isEqualTo(
            created.toBuilder()
                .setPriority(90)
                .setStatus(PolicyStatus.POLICY_STATUS_PAUSED)
                .build());
    policies().createContactPolicy(policy("q", metric).build());
    var first =
        policies().listContactPolicies(ListPoliciesRequest.newBuilder().setLimit(1).build());
    assertThat(first.getDataList()).containsExactly(changed);
    assertThat(first.getPagination().getTotal()).isEqualTo(2);
    var second =
        policies()
            .listContactPolicies(
                ListPoliciesRequest.newBuilder()
                    .setCursor(first.getPagination().getCursor())
                    .build());
    assertThat(second.getDataList()).extracting(Policy::getName).containsExactly("q");
    assertThat(second.getPagination().getHasMore()).isFalse();

    var delete = DeletePolicyRequest.newBuilder().setId(created.getId()).build();
    assertRefused(ERROR_REASON_NOT_FOUND, () -> rules().deleteQualificationRule(delete));
    policies().deleteContactPolicy(delete);
    assertRefused(ERROR_REASON_NOT_FOUND, () -> policies().deleteContactPolicy(delete));
  }

  @Test
  void namesAreUniqueWithinAKind() {
    Metric metric = metric("m");
    policies().createContactPolicy(policy("same", metric).build());
    assertRefused(
        ERROR_REASON_ALREADY_EXISTS,
        () -> policies().createContactPolicy(policy("same", metric).build()));
    assertThat(rules().createQualificationRule(policy("same", metric).build()).getStage())
        .isEqualTo("eligibility");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.metricId  | {\"operator\":\"gt\",\"value\":1}",
        "config.metricId  | {\"metricId\":\"metric_001\",\"operator\":\"gt\",\"value\":1}",
        "config.metricId  | {\"metricId\":\"01a1fc18-0237-7487-b6d9-0422894f7bbc\",\"operator\":\"gt\",\"value\":1}",
        "config.operator  | {\"metricId\":\"ID\",\"operator\":\"in\",\"value\":1}",
        "config.operator  | {\"metricId\":\"ID\",\"value\":1}",
        "config.value     | {\"metricId\":\"ID\",\"operator\":\"gt\",\"value\":\"1\"}",
        "config.value     | {\"metricId\":\"ID\",\"operator\":\"gt\",\"value\":1e99}",
        "config.dimension | {\"metricId\":\"ID\",\"operator\":\"gt\",\"value\":1,\"dimension\":\"x\"}",
        "config.dimension | {\"metricId\":\"ID\",\"operator\":\"gt\",\"value\":1,\"dimension\":{\"offerId\":\"x\"}}",
        "config.max       | {\"metricId\":\"ID\",\"operator\":\"gt\",\"value\":1,\"max\":1}",
        "config           | [1]",
        "config           | {"
      })
  void aBadConfigurationIsRefused(String field, String config) {
    CreatePolicyRequest request =
        policy("p", metric("m")).setConfig(config.replace("ID", metric("n").getId())).build();
    assertThat(
            assertRefused(
                    ERROR_REASON_INVALID_ARGUMENT, () -> policies().createContactPolicy(request))
                .fields())
        .singleElement()
        .asString()
        .startsWith(field + ": ");
  }

  @Test
  void editorsReadOnly() {
    var editor = mesh.as(ContactPoliciesServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    editor.listContactPolicies(ListPoliciesRequest.getDefaultInstance());
    assertRefused(
        ERROR_REASON_ROLE_TOO_LOW,
        () -> editor.createContactPolicy(policy("p", metric("m")).build()));
  }

  @Test
  void aMetricInUseIsNotDeleted() {
    Metric metric = metric("m");
    Policy policy = policies().createContactPolicy(policy("p", metric).build());
    var delete = DeleteMetricRequest.newBuilder().setId(metric.getId()).build();
    assertThat(assertRefused(ERROR_REASON_IN_USE, () -> metrics().deleteMetric(delete)).message())
        .contains("contact_policy:" + policy.getId());
    policies()
        .updateContactPolicy(
            UpdatePolicyRequest.newBuilder()
                .setId(policy.getId())
                .setStatus(PolicyStatus.POLICY_STATUS_DRAFT)
                .build());
    metrics().deleteMetric(delete);
    assertRefused(
        ERROR_REASON_INVALID_ARGUMENT,
        () ->
            policies()
                .updateContactPolicy(
                    UpdatePolicyRequest.newBuilder()
                        .setId(policy.getId())
                        .setStatus(PolicyStatus.POLICY_STATUS_ACTIVE)
                        .build()));
  }

  @Test
  void aDimensionThatAPolicyComparesByIsNotTakenAway() {
    Metric metric = metric("m");
    Policy policy =
        policies()
            .createContactPolicy(
                policy("p", metric)
                    .setConfig(
                        "{\"metricId\":\"%s\",\"operator\":\"gte\",\"value\":3,\"dimension\":{\"channelId\":\"email\"}}"
                            .formatted(metric.getId()))
                    .build());
    var update = UpdateMetricRequest.newBuilder().setId(metric.getId());
    var ungroup =
        update.clone().setUpdateMask(FieldMask.newBuilder().addPaths("group_by_dimensions"));
    assertThat(
            assertRefused(ERROR_REASON_IN_USE, () -> metrics().updateMetric(ungroup.build()))
                .message())
        .contains("contact_policy:" + policy.getId());
    metrics()
        .updateMetric(
            update
                .clone()
                .addGroupByDimensions("offerId")
                .addGroupByDimensions("channelId")
                .build());
    policies().deleteContactPolicy(DeletePolicyRequest.newBuilder().setId(policy.getId()).build());
    assertThat(metrics().updateMetric(ungroup.build()).getGroupByDimensionsList()).isEmpty();
  }

  @Test
  void deletingAMetricAndAttachingAPolicyAtOnceLeavesNoDanglingReference() throws Exception {
    int races = Integer.getInteger("sextant.policy.races", 300);
    for (int race = 0; race < races; race++) {
      Metric metric = metric("metric " + race);
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        String name = "policy " + race;
        Future<Boolean> attached =
            threads.submit(
                () -> succeeds(() -> policies().createContactPolicy(policy(name, metric).build())));
        Future<Boolean> deleted =
            threads.submit(
                () ->
                    succeeds(
                        () ->
                            metrics()
                                .deleteMetric(
                                    DeleteMetricRequest.newBuilder()
                                        .setId(metric.getId())
                                        .build())));
        assertThat(attached.get()).isNotEqualTo(deleted.get());
        if (attached.get()) {
          var policy =
              policies().listContactPolicies(ListPoliciesRequest.getDefaultInstance()).getData(0);
          policies()
              .deleteContactPolicy(DeletePolicyRequest.newBuilder().setId(policy.getId()).build());
          metrics().deleteMetric(DeleteMetricRequest.newBuilder().setId(metric.getId()).build());
        }
      }
    }
    int dangling =
        mesh.database()
            .asOwner(
                db ->
                    db.fetchCount(
                        POLICY_METRIC,
                        POLICY_METRIC.METRIC_ID.notIn(db.select(METRIC.METRIC_ID).from(METRIC))));
    assertThat(dangling).isZero();
  }

  private static boolean succeeds(Runnable call) {
    try {
      call.run();
      return true;
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode().name())
          .isIn("FAILED_PRECONDITION", "INVALID_ARGUMENT");
      return false;
    }
  }

  @Test
  void policiesBlockAndRulesLetPass() {
    Metric realtime = metric("realtime");
    List<InteractionInput> events = new ArrayList<>();
    for (int count = 0; count < 3; count++) {
      events.add(
          InteractionInput.newBuilder()
              .setCustomerId("often")
              .setEventType("purchase")
              .setChannelId("email")
              .build());
    }
    events.add(
        InteractionInput.newBuilder()
            .setCustomerId("once")
            .setEventType("purchase")
            .setChannelId("sms")
            .build());
    mesh.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .recordInteractions(RecordInteractionsRequest.newBuilder().addAllEvents(events).build());
    policies().createContactPolicy(policy("tired", realtime).setPriority(90).build());
    rules()
        .createQualificationRule(
            policy("known", realtime)
                .setConfig(
                    "{\"metricId\":\""
                        + realtime.getId()
                        + "\",\"operator\":\">\",\"value\":0,\"dimension\":{\"channelId\":\"email\"}}")
                .setScope("offer")
                .setScopeId("vip")
                .build());

    assertThat(evaluate("", "often", "once", "never"))
        .containsExactly(
            "often false [tired false 3]", "once true [tired true 1]", "never true [tired true 0]");
    assertThat(evaluate("vip", "often", "once", "never"))
        .containsExactly(
            "often false [tired false 3, known true 3]",
            "once false [tired true 1, known false 0]",
            "never false [tired true 0, known false 0]");
  }

  private List<String> evaluate(String offer, String... customers) {
    return mesh
        .as(PolicyEvaluationServiceGrpc::newBlockingStub, tenant, Role.ROLE_VIEWER)
        .evaluatePolicies(
            EvaluatePoliciesRequest.newBuilder()
                .addAllCustomerIds(List.of(customers))
                .putScopes("offer", offer)
                .build())
        .getCustomersList()
        .stream()
        .map(
            (CustomerEvaluation customer) ->
                customer.getCustomerId()
                    + " "
                    + customer.getAllowed()
                    + " "
                    + customer.getResultsList().stream()
                        .map(
                            result ->
                                result.getName()
                                    + " "
                                    + result.getPassed()
                                    + " "
                                    + result.getActual())
                        .toList())
        .toList();
  }

  private Metric metric(String name) {
    return metrics()
        .createMetric(
            CreateMetricRequest.newBuilder()
                .setName(name + " " + Ids.next())
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
                .setSourceField("purchase")
                .addGroupByDimensions("channelId")
                .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME)
                .build());
  }

  private static CreatePolicyRequest.Builder policy(String name, Metric metric) {
    return CreatePolicyRequest.newBuilder()
        .setName(name)
        .setRuleType("metric_condition")
        .setConfig(
            "{\"metricId\":\"%s\",\"operator\":\"gte\",\"value\":3}".formatted(metric.getId()));
  }

  private MetricsServiceBlockingStub metrics() {
    return mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
  }

  private ContactPoliciesServiceBlockingStub policies() {
    return mesh.as(ContactPoliciesServiceGrpc::newBlockingStub, tenant, Role.ROLE_ADMIN);
  }

  private QualificationRulesServiceBlockingStub rules() {
    return mesh.as(QualificationRulesServiceGrpc::newBlockingStub, tenant, Role.ROLE_ADMIN);
  }
}
