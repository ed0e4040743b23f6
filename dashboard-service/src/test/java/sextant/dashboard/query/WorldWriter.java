package sextant.dashboard.query;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import io.grpc.Channel;
import io.grpc.stub.AbstractStub;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import sextant.access.v1.Role;
import sextant.dashboard.DashboardExtension;
import sextant.dashboard.query.World.Act;
import sextant.dashboard.query.World.Segment;
import sextant.dashboard.v1.AlgorithmModelsServiceGrpc;
import sextant.dashboard.v1.ApprovalsServiceGrpc;
import sextant.dashboard.v1.AttributionServiceGrpc;
import sextant.dashboard.v1.BudgetsServiceGrpc;
import sextant.dashboard.v1.CategoriesServiceGrpc;
import sextant.dashboard.v1.ChannelsServiceGrpc;
import sextant.dashboard.v1.CreativesServiceGrpc;
import sextant.dashboard.v1.DecisionTracesServiceGrpc;
import sextant.dashboard.v1.ExperimentsServiceGrpc;
import sextant.dashboard.v1.OffersServiceGrpc;
import sextant.dashboard.v1.RecordDecisionTracesRequest;
import sextant.dashboard.v1.SuppressionsServiceGrpc;
import sextant.dashboard.v1.TriggersServiceGrpc;
import sextant.dashboard.v1.UpsertAlgorithmModelsRequest;
import sextant.dashboard.v1.UpsertApprovalsRequest;
import sextant.dashboard.v1.UpsertAttributionResultsRequest;
import sextant.dashboard.v1.UpsertBudgetsRequest;
import sextant.dashboard.v1.UpsertCategoriesRequest;
import sextant.dashboard.v1.UpsertChannelsRequest;
import sextant.dashboard.v1.UpsertCreativesRequest;
import sextant.dashboard.v1.UpsertExperimentsRequest;
import sextant.dashboard.v1.UpsertOffersRequest;
import sextant.dashboard.v1.UpsertSuppressionsRequest;
import sextant.dashboard.v1.UpsertTriggersRequest;

/// Gives a tenant what a world has: the service's own data through its calls, what other services
/// own as they would leave it.
final class WorldWriter {

  private static final AtomicLong VIEWS = new AtomicLong();

  private final DashboardExtension dashboard;
  private final String tenant;
  private final Optional<DSLContext> owner;

  WorldWriter(DashboardExtension dashboard, String tenant) {
    this.dashboard = dashboard;
    this.tenant = tenant;
    this.owner = Optional.empty();
  }

  /// For many worlds: uses a session of the owner that is there already.
  WorldWriter(DashboardExtension dashboard, String tenant, DSLContext owner) {
    this.dashboard = dashboard;
    this.tenant = tenant;
    this.owner = Optional.of(owner);
  }

  void write(World world) {
    writeCatalogue(world);
    if (!world.traces.isEmpty()) {
      as(DecisionTracesServiceGrpc::newBlockingStub)
          .recordDecisionTraces(
              RecordDecisionTracesRequest.newBuilder().addAllTraces(world.traces).build());
    }
    asOwner(
        db -> {
          writeInteractions(db, world.acts);
          world.segments.forEach(segment -> writeSegment(db, segment));
        });
  }

  private void asOwner(Consumer<DSLContext> work) {
    if (owner.isPresent()) {
      work.accept(owner.get());
      return;
    }
    dashboard
        .database()
        .<Void>asOwner(
            db -> {
              work.accept(db);
              return null;
            });
  }

  private <S extends AbstractStub<S>> S as(Function<Channel, S> stub) {
    return dashboard.as(stub, tenant, Role.ROLE_EDITOR);
  }

  private void writeCatalogue(World world) {
    if (!world.offers.isEmpty()) {
      as(OffersServiceGrpc::newBlockingStub)
          .upsertOffers(UpsertOffersRequest.newBuilder().addAllOffers(world.offers).build());
    }
    if (!world.categories.isEmpty()) {
      as(CategoriesServiceGrpc::newBlockingStub)
          .upsertCategories(
              UpsertCategoriesRequest.newBuilder().addAllCategories(world.categories).build());
    }
    if (!world.channels.isEmpty()) {
      as(ChannelsServiceGrpc::newBlockingStub)
          .upsertChannels(
              UpsertChannelsRequest.newBuilder().addAllChannels(world.channels).build());
    }
    if (!world.creatives.isEmpty()) {
      as(CreativesServiceGrpc::newBlockingStub)
          .upsertCreatives(
              UpsertCreativesRequest.newBuilder().addAllCreatives(world.creatives).build());
    }
    if (!world.experiments.isEmpty()) {
      as(ExperimentsServiceGrpc::newBlockingStub)
          .upsertExperiments(
              UpsertExperimentsRequest.newBuilder().addAllExperiments(world.experiments).build());
    }
    if (!world.triggers.isEmpty()) {
      as(TriggersServiceGrpc::newBlockingStub)
          .upsertTriggers(
              UpsertTriggersRequest.newBuilder().addAllTriggers(world.triggers).build());
    }
    if (!world.approvals.isEmpty()) {
      as(ApprovalsServiceGrpc::newBlockingStub)
          .upsertApprovals(
              UpsertApprovalsRequest.newBuilder().addAllApprovals(world.approvals).build());
    }
    if (!world.budgets.isEmpty()) {
      as(BudgetsServiceGrpc::newBlockingStub)
          .upsertBudgets(UpsertBudgetsRequest.newBuilder().addAllBudgets(world.budgets).build());
    }
    if (!world.suppressions.isEmpty()) {
      as(SuppressionsServiceGrpc::newBlockingStub)
          .upsertSuppressions(
              UpsertSuppressionsRequest.newBuilder()
                  .addAllSuppressions(world.suppressions)
                  .build());
    }
    if (!world.attribution.isEmpty()) {
      as(AttributionServiceGrpc::newBlockingStub)
          .upsertAttributionResults(
              UpsertAttributionResultsRequest.newBuilder()
                  .addAllAttributionResults(world.attribution)
                  .build());
    }
    if (!world.models.isEmpty()) {
      as(AlgorithmModelsServiceGrpc::newBlockingStub)
          .upsertAlgorithmModels(
              UpsertAlgorithmModelsRequest.newBuilder()
                  .addAllAlgorithmModels(world.models)
                  .build());
    }
  }

  /// Replaces the tenant's interactions and their daily counts, as the metrics-service keeps them.
  void replaceInteractions(List<Act> acts) {
    asOwner(
        db -> {
          db.execute("delete from metrics.interaction where tenant_id = ?", tenant);
          InteractionCounts.delete(db, tenant);
          writeInteractions(db, acts);
        });
  }

  private void writeInteractions(DSLContext db, List<Act> acts) {
    if (acts.isEmpty()) {
      return;
    }
    var insert =
        db.insertInto(
            table(name("metrics", "interaction")),
            field(name("tenant_id")),
            field(name("customer_id")),
            field(name("occurred_at")),
            field(name("interaction_id")),
            field(name("recorded_at")),
            field(name("type")),
            field(name("offer_id")),
            field(name("channel_id")),
            field(name("direction")),
            field(name("is_impression")),
            field(name("is_positive")),
            field(name("is_negative")),
            field(name("is_conversion")),
            field(name("value")),
            field(name("cost")));
    for (Act act : acts) {
      insert =
          insert.values(
              tenant,
              act.customer(),
              act.at(),
              UUID.randomUUID(),
              act.at(),
              "type",
              act.offer(),
              act.channel(),
              "inbound",
              act.impression(),
              act.positive(),
              act.negative(),
              act.conversion(),
              act.value(),
              act.cost());
    }
    insert.execute();
    InteractionCounts.write(db, tenant);
  }

  private void writeSegment(DSLContext db, Segment segment) {
    String view = "seg_" + HexFormat.of().toHexDigits(VIEWS.incrementAndGet(), 12);
    db.execute(
        """
        insert into segments.segment
          (tenant_id, segment_id, name, status, entity_type, base_schema_id, joins, filters,
           view_name, customer_count, created_at, updated_at)
        values (?, ?::uuid, ?, ?, 'customer', gen_random_uuid(), '[]', '[]', ?, 0, now(), now())
        """,
        tenant,
        segment.id(),
        segment.name(),
        segment.status(),
        view);
    if (!segment.hasView()) {
      return;
    }
    // A customer may come more than once when the base table is not one of customers.
    String members =
        segment.customers().isEmpty()
            ? "select null::text as customer_id where false"
            : "select unnest(array['"
                + String.join("','", segment.customers())
                + "']) as customer_id from generate_series(1, 2)";
    db.execute("create view segment_view." + view + " as " + members);
    db.execute("grant select on segment_view." + view + " to sextant_dashboard");
  }
}
