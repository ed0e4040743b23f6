package sextant.segments;

import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import sextant.kit.db.Database;
import sextant.kit.db.Migration;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;
import sextant.segments.membership.MembershipService;
import sextant.segments.rows.RowsService;
import sextant.segments.schema.SchemaRepository;
import sextant.segments.schema.SchemasService;
import sextant.segments.schema.Unpublished;
import sextant.segments.segment.SegmentRepository;
import sextant.segments.segment.SegmentViews;
import sextant.segments.segment.SegmentsService;

/// The wiring of the segment-service: the same for production, tests and the standalone mesh.
public final class SegmentsServer implements AutoCloseable {

  private final Database database;
  private final RpcServer rpc;

  private SegmentsServer(Database database, RpcServer rpc) {
    this.database = database;
    this.rpc = rpc;
  }

  /// Migrates the schema, then serves.
  public static SegmentsServer start(SegmentsConfig config, InstantSource time) {
    Migration.run(
        config.database(),
        SegmentsConfig.SCHEMA,
        "classpath:db/segments",
        SegmentsConfig.GRANTED_ROLES);
    Database database = Database.open(config.database(), "segments");
    SchemaRepository schemas = new SchemaRepository();
    Unpublished.publish(database, schemas);
    SegmentRepository segments = new SegmentRepository();
    SegmentViews views = new SegmentViews(schemas, segments);
    List<BindableService> services =
        List.of(
            new SchemasService(database, schemas, views, time),
            new RowsService(database, schemas),
            new SegmentsService(database, schemas, segments, views, time),
            new MembershipService(
                database, schemas, segments, views, config.database().poolSize() / 4 + 1));
    RpcServer rpc =
        RpcServer.start(
            config.binding(),
            new CallerTokens(config.meshKeys(), time),
            Optional.of(database),
            services);
    return new SegmentsServer(database, rpc);
  }

  /// The TCP port.
  public int port() {
    return rpc.port();
  }

  /// Lets running calls finish, then lets go of the database.
  @Override
  public void close() {
    rpc.close();
    database.close();
  }
}
