package sextant.metrics.policy;

import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.POLICY;
import static sextant.metrics.jooq.Tables.POLICY_METRIC;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Changes;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.metrics.UniqueName;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.jooq.tables.records.PolicyRecord;
import sextant.metrics.v1.CreatePolicyRequest;
import sextant.metrics.v1.CursorPagination;
import sextant.metrics.v1.ListPoliciesRequest;
import sextant.metrics.v1.ListPoliciesResponse;
import sextant.metrics.v1.Policy;
import sextant.metrics.v1.UpdatePolicyRequest;

/// Contact policies or qualification rules: one kind of policy, its rules and its storage. What an
/// active one refers to is a foreign key, so that a metric in use cannot be deleted, nor a deleted
/// one be referred to, whatever happens at once.
final class Policies {

  static final String CONTACT_POLICY = "contact_policy";
  static final String QUALIFICATION_RULE = "qualification_rule";

  private static final int DEFAULT_PAGE_SIZE = 25;
  private static final int DEFAULT_PRIORITY = 50;
  private static final Set<String> REQUIRED = Set.of("name", "status", "config");
  private static final Set<String> SCOPES_OF_RULES = Set.of("segment", "placement");

  private final String kind;
  private final String resource;
  private final Database database;
  private final InstantSource time;

  Policies(String kind, Database database, InstantSource time) {
    this.kind = kind;
    this.resource = kind.replace('_', ' ');
    this.database = database;
    this.time = time;
  }

  ListPoliciesResponse list(ListPoliciesRequest request) {
    String tenantId = Caller.current().tenantId();
    int limit = request.hasLimit() ? request.getLimit() : DEFAULT_PAGE_SIZE;
    PageRequest asked = new PageRequest(List.of(kind), request.getCursor(), limit);
    Condition after = asked.afterId().map(POLICY.POLICY_ID::gt).orElse(DSL.noCondition());
    Condition ofKind = POLICY.TENANT_ID.eq(tenantId).and(POLICY.KIND.eq(kind));
    return database.inTenant(
        tenantId,
        tx -> {
          // Ids are in the order of creation.
          List<PolicyRecord> rows =
              tx.selectFrom(POLICY)
                  .where(ofKind.and(after))
                  .orderBy(POLICY.POLICY_ID)
                  .limit(asked.toRead())
                  .fetch();
          Page<PolicyRecord> page = asked.page(rows, row -> List.of(row.getPolicyId()));
          return ListPoliciesResponse.newBuilder()
              .addAllData(page.map(PolicyMessages::policy))
              .setPagination(
                  page.describe(CursorPagination.newBuilder(), tx.fetchCount(POLICY, ofKind)))
              .build();
        });
  }

  Policy create(CreatePolicyRequest request) {
    String tenantId = Caller.current().tenantId();
    PolicyRecord policy = new PolicyRecord();
    policy.setTenantId(tenantId);
    policy.setPolicyId(Ids.next());
    policy.setKind(kind);
    policy.setName(request.getName());
    policy.setDescription(request.getDescription());
    policy.setStatus(PolicyMessages.stored(request.getStatus()));
    policy.setRuleType(request.getRuleType());
    policy.setConfig(request.getConfig());
    policy.setPriority(request.hasPriority() ? request.getPriority() : DEFAULT_PRIORITY);
    policy.setScope(scope(request));
    policy.setScopeId(request.hasScopeId() ? request.getScopeId() : null);
    policy.setStage(stage(request));
    Instant now = now();
    policy.setCreatedAt(now);
    policy.setUpdatedAt(now);
    MetricCondition.of(request.getConfig());
    return database.inTenant(
        tenantId,
        tx -> {
          store(policy, () -> tx.insertInto(POLICY).set(policy).execute());
          refer(tx, policy);
          return PolicyMessages.policy(policy);
        });
  }

  private String scope(CreatePolicyRequest request) {
    boolean scoped = request.hasScope() && !request.getScope().equals("global");
    if (scoped != request.hasScopeId()) {
      throw ApiException.invalid(
          scoped ? "scope_id" : "scope", "scope and scope_id go together; global has no id");
    }
    if (kind.equals(CONTACT_POLICY) && SCOPES_OF_RULES.contains(request.getScope())) {
      throw ApiException.invalid("scope", "is a scope of qualification rules only");
    }
    return scoped ? request.getScope() : "global";
  }

  private String stage(CreatePolicyRequest request) {
    if (kind.equals(QUALIFICATION_RULE)) {
      return request.hasStage() ? request.getStage() : "eligibility";
    }
    if (request.hasStage()) {
      throw ApiException.invalid("stage", "only qualification rules have a stage");
    }
    return null;
  }

  Policy update(UpdatePolicyRequest request) {
    String tenantId = Caller.current().tenantId();
    return database.inTenant(
        tenantId,
        tx -> {
          PolicyRecord policy = find(tx, tenantId, request.getId());
          change(policy, request);
          policy.setUpdatedAt(now());
          store(
              policy,
              () ->
                  tx.update(POLICY)
                      .set(policy)
                      .where(POLICY.TENANT_ID.eq(tenantId))
                      .and(POLICY.POLICY_ID.eq(policy.getPolicyId()))
                      .execute());
          refer(tx, policy);
          return PolicyMessages.policy(policy);
        });
  }

  private static void change(PolicyRecord policy, UpdatePolicyRequest request) {
    for (String field : Changes.of(request, "id", REQUIRED).fields()) {
      switch (field) {
        case "name" -> policy.setName(request.getName());
        case "description" -> policy.setDescription(request.getDescription());
        case "status" -> policy.setStatus(PolicyMessages.stored(request.getStatus()));
        case "priority" ->
            policy.setPriority(request.hasPriority() ? request.getPriority() : DEFAULT_PRIORITY);
        case "config" -> policy.setConfig(request.getConfig());
        default -> throw new IllegalStateException("not updatable: " + field);
      }
    }
    MetricCondition.of(policy.getConfig());
  }

  void delete(String id) {
    String tenantId = Caller.current().tenantId();
    database.inTenant(
        tenantId,
        tx -> {
          PolicyRecord policy = find(tx, tenantId, id);
          return tx.deleteFrom(POLICY)
              .where(POLICY.TENANT_ID.eq(tenantId))
              .and(POLICY.POLICY_ID.eq(policy.getPolicyId()))
              .execute();
        });
  }

  Policy get(String id) {
    String tenantId = Caller.current().tenantId();
    return database.inTenant(tenantId, tx -> PolicyMessages.policy(find(tx, tenantId, id)));
  }

  /// Notes what an active policy refers to; the metric must exist, even for one that is not active.
  private static void refer(DSLContext tx, PolicyRecord policy) {
    MetricCondition condition = MetricCondition.of(policy.getConfig());
    tx.deleteFrom(POLICY_METRIC)
        .where(POLICY_METRIC.TENANT_ID.eq(policy.getTenantId()))
        .and(POLICY_METRIC.POLICY_ID.eq(policy.getPolicyId()))
        .execute();
    // Shares the metric's row, so that it is there until this transaction ends.
    MetricRecord metric =
        tx.selectFrom(METRIC)
            .where(METRIC.TENANT_ID.eq(policy.getTenantId()))
            .and(METRIC.METRIC_ID.eq(condition.metricId()))
            .forKeyShare()
            .fetchOptional()
            .orElseThrow(() -> ApiException.invalid("config.metricId", "there is no such metric"));
    if (!Set.of(metric.getGroupByDimensions()).containsAll(condition.dimension().keySet())) {
      throw ApiException.invalid(
          "config.dimension", "the metric is grouped by " + List.of(metric.getGroupByDimensions()));
    }
    if (policy.getStatus().equals("active")) {
      tx.insertInto(POLICY_METRIC)
          .values(policy.getTenantId(), policy.getPolicyId(), condition.metricId())
          .execute();
    }
  }

  private PolicyRecord find(DSLContext tx, String tenantId, String id) {
    return Ids.parse(id)
        .flatMap(
            policyId ->
                tx.selectFrom(POLICY)
                    .where(POLICY.TENANT_ID.eq(tenantId))
                    .and(POLICY.POLICY_ID.eq(policyId))
                    .and(POLICY.KIND.eq(kind))
                    .forUpdate()
                    .fetchOptional())
        .orElseThrow(() -> ApiException.notFound(resource, id));
  }

  private void store(PolicyRecord policy, Runnable statement) {
    UniqueName.store("policy_name_key", resource, policy.getName(), statement);
  }

  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
