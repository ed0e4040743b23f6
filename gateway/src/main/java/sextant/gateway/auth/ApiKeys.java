package sextant.gateway.auth;

import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import sextant.access.v1.CreateApiKeyRequest;
import sextant.access.v1.CreateApiKeyResponse;
import sextant.access.v1.Role;
import sextant.kit.db.Database;
import sextant.kit.db.DatabaseConfig;
import sextant.kit.db.Migration;

/// The API keys of the mesh and the gateway's own schema that holds them.
public final class ApiKeys implements AutoCloseable {

  private static final String SCHEMA = "access";

  /// The login role that the migrations grant everything in the schema to.
  public static final String ROLE = "sextant_gateway";

  private final Database database;
  private final KeyAuthentication authentication;
  private final KeysService service;

  private ApiKeys(Database database, ApiKeyText text, InstantSource time) {
    this.database = database;
    KeyRing ring =
        new KeyRing(
            text,
            () -> database.acrossTenants(tx -> KeyRepository.loadUsable(tx, time.instant())),
            time);
    this.authentication = new KeyAuthentication(ring, time);
    this.service = new KeysService(database, text, ring, time);
  }

  /// Brings the schema up to date. `pepper` empty: made from the mesh keys, the first of which
  /// counts for new keys.
  public static ApiKeys open(
      DatabaseConfig config, Optional<byte[]> pepper, List<byte[]> meshKeys, InstantSource time) {
    Migration.run(config, SCHEMA, "classpath:db/access", List.of(ROLE));
    List<byte[]> peppers =
        pepper
            .map(List::of)
            .orElseGet(() -> meshKeys.stream().map(ApiKeyText::derivePepper).toList());
    return new ApiKeys(Database.open(config, SCHEMA), new ApiKeyText(peppers), time);
  }

  public Authentication authentication() {
    return authentication;
  }

  /// Where they are stored.
  public Database database() {
    return database;
  }

  /// The gRPC service that manages them.
  public BindableService service() {
    return service;
  }

  /// A new key past all access rules: for whoever operates the mesh, who needs a first one.
  public CreateApiKeyResponse create(String tenantId, Role role, String name) {
    return service.create(
        tenantId, CreateApiKeyRequest.newBuilder().setRole(role).setName(name).build());
  }

  @Override
  public void close() {
    database.close();
  }
}
