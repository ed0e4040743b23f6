package sextant.metrics.policy;

import static java.util.stream.Collectors.groupingBy;
import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.POLICY;

import io.grpc.stub.StreamObserver;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import sextant.kit.db.Database;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;
import sextant.metrics.definition.MetricReader;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.jooq.tables.records.MetricValueRecord;
import sextant.metrics.jooq.tables.records.PolicyRecord;
import sextant.metrics.v1.CustomerEvaluation;
import sextant.metrics.v1.EvaluatePoliciesRequest;
import sextant.metrics.v1.EvaluatePoliciesResponse;
import sextant.metrics.v1.PolicyEvaluationServiceGrpc.PolicyEvaluationServiceImplBase;
import sextant.metrics.v1.PolicyResult;

/// Decides which policies and rules speak for or against approaching customers.
public final class PolicyEvaluationService extends PolicyEvaluationServiceImplBase {

  private static final Set<String> ZERO_WITHOUT_VALUE = Set.of("count", "sum");

  private final Database database;
  private final MetricReader reader = new MetricReader();
  private final InstantSource time;

  public PolicyEvaluationService(Database database, InstantSource time) {
    this.database = database;
    this.time = time;
  }

  /// An active policy that applies, and the metric it looks at.
  private record Applicable(PolicyRecord policy, MetricCondition condition, MetricRecord metric) {

    boolean isContactPolicy() {
      return policy.getKind().equals(Policies.CONTACT_POLICY);
    }

    /// By what the customer's values are compared; a value that meets the condition goes first.
    Optional<BigDecimal> deciding(List<MetricValueRecord> values) {
      List<BigDecimal> meant =
          values.stream().filter(this::isMeant).map(MetricValueRecord::getValue).toList();
      if (meant.isEmpty()) {
        return ZERO_WITHOUT_VALUE.contains(metric.getAggregateFunction())
            ? Optional.of(BigDecimal.ZERO)
            : Optional.empty();
      }
      return meant.stream()
          .filter(condition::isMetBy)
          .findFirst()
          .or(() -> Optional.of(meant.getFirst()));
    }

    private boolean isMeant(MetricValueRecord value) {
      String[] keys = metric.getGroupByDimensions();
      for (int index = 0; index < keys.length; index++) {
        String wanted = condition.dimension().get(keys[index]);
        String actual = index == 0 ? value.getDimension_1() : value.getDimension_2();
        if (wanted != null && !wanted.equals(actual)) {
          return false;
        }
      }
      return true;
    }
  }

  @Override
  public void evaluatePolicies(
      EvaluatePoliciesRequest request, StreamObserver<EvaluatePoliciesResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          Instant now = time.instant();
          return database.inTenant(
              tenantId,
              tx -> {
                MetricReader.atOneInstant(tx);
                List<Applicable> policies = applicable(tx, tenantId, request.getScopesMap());
                Map<UUID, MetricRecord> metrics =
                    policies.stream()
                        .collect(
                            Collectors.toMap(
                                policy -> policy.metric().getMetricId(),
                                Applicable::metric,
                                (one, same) -> one));
                Map<String, Map<UUID, List<MetricValueRecord>>> values =
                    reader.values(tx, metrics.values(), request.getCustomerIdsList(), now).stream()
                        .collect(
                            groupingBy(
                                MetricValueRecord::getCustomerId,
                                groupingBy(MetricValueRecord::getMetricId)));
                EvaluatePoliciesResponse.Builder response = EvaluatePoliciesResponse.newBuilder();
                for (String customerId : request.getCustomerIdsList()) {
                  response.addCustomers(
                      evaluation(customerId, policies, values.getOrDefault(customerId, Map.of())));
                }
                return response.build();
              });
        });
  }

  private static List<Applicable> applicable(
      DSLContext tx, String tenantId, Map<String, String> scopes) {
    Map<UUID, MetricRecord> metrics =
        tx.selectFrom(METRIC).where(METRIC.TENANT_ID.eq(tenantId)).fetchMap(METRIC.METRIC_ID);
    return tx
        .selectFrom(POLICY)
        .where(POLICY.TENANT_ID.eq(tenantId))
        .and(POLICY.STATUS.eq("active"))
        .orderBy(POLICY.PRIORITY.desc(), POLICY.POLICY_ID)
        .fetch()
        .stream()
        .filter(
            policy ->
                policy.getScope().equals("global")
                    || policy.getScopeId().equals(scopes.get(policy.getScope())))
        .map(
            policy -> {
              MetricCondition condition = MetricCondition.of(policy.getConfig());
              return new Applicable(policy, condition, metrics.get(condition.metricId()));
            })
        .toList();
  }

  private static CustomerEvaluation evaluation(
      String customerId, List<Applicable> policies, Map<UUID, List<MetricValueRecord>> values) {
    CustomerEvaluation.Builder evaluation =
        CustomerEvaluation.newBuilder().setCustomerId(customerId).setAllowed(true);
    for (Applicable each : policies) {
      UUID metricId = each.metric().getMetricId();
      Optional<BigDecimal> actual = each.deciding(values.getOrDefault(metricId, List.of()));
      boolean holds = actual.filter(each.condition()::isMetBy).isPresent();
      boolean passed = holds != each.isContactPolicy();
      PolicyResult.Builder result =
          evaluation
              .addResultsBuilder()
              .setPolicyId(each.policy().getPolicyId().toString())
              .setName(each.policy().getName())
              .setContactPolicy(each.isContactPolicy())
              .setPassed(passed)
              .setMetricId(metricId.toString());
      actual.ifPresent(value -> result.setActual(value.stripTrailingZeros().toPlainString()));
      evaluation.setAllowed(evaluation.getAllowed() && passed);
    }
    return evaluation.build();
  }
}
