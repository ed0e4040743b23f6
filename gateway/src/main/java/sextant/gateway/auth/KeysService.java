package sextant.gateway.auth;

import com.google.protobuf.Empty;
import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import sextant.access.v1.ApiKey;
import sextant.access.v1.ApiKeyPagination;
import sextant.access.v1.CreateApiKeyRequest;
import sextant.access.v1.CreateApiKeyResponse;
import sextant.access.v1.KeysServiceGrpc.KeysServiceImplBase;
import sextant.access.v1.ListApiKeysRequest;
import sextant.access.v1.ListApiKeysResponse;
import sextant.access.v1.RevokeApiKeyRequest;
import sextant.access.v1.Role;
import sextant.gateway.auth.jooq.tables.records.ApiKeyRecord;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.kit.rpc.Timestamps;
import sextant.kit.rpc.Unary;

/// API keys of a tenant, for its administrators.
final class KeysService extends KeysServiceImplBase {

  private static final int DEFAULT_LIMIT = 20;

  private final Database database;
  private final ApiKeyText text;
  private final KeyRing ring;
  private final InstantSource time;

  KeysService(Database database, ApiKeyText text, KeyRing ring, InstantSource time) {
    this.database = database;
    this.text = text;
    this.ring = ring;
    this.time = time;
  }

  @Override
  public void createApiKey(
      CreateApiKeyRequest request, StreamObserver<CreateApiKeyResponse> observer) {
    Unary.respond(observer, () -> create(Caller.current().tenantId(), request));
  }

  CreateApiKeyResponse create(String tenantId, CreateApiKeyRequest request) {
    Instant now = time.instant().truncatedTo(ChronoUnit.MILLIS);
    Optional<Instant> expiresAt =
        request.hasExpiresAt() ? Optional.of(instant(request.getExpiresAt())) : Optional.empty();
    if (expiresAt.isPresent() && !expiresAt.get().isAfter(now)) {
      throw ApiException.invalid("expires_at", "must be in the future");
    }
    String key = text.generate();
    ApiKeyRecord row = new ApiKeyRecord();
    row.setKeyId(Ids.next());
    row.setTenantId(tenantId);
    row.setHash(text.hash(key));
    row.setPrefix(key.substring(0, ApiKeyText.SHOWN_CHARACTERS));
    row.setName(request.hasName() ? request.getName() : null);
    row.setRole(KeyRepository.toText(request.hasRole() ? request.getRole() : Role.ROLE_VIEWER));
    row.setCreatedAt(now);
    row.setExpiresAt(expiresAt.orElse(null));
    database.inTenant(
        tenantId,
        tx -> {
          KeyRepository.insert(tx, row);
          return null;
        });
    ring.expire();
    ApiKey shown = toMessage(row);
    CreateApiKeyResponse.Builder response =
        CreateApiKeyResponse.newBuilder()
            .setId(shown.getId())
            .setKey(key)
            .setPrefix(shown.getPrefix())
            .setRole(shown.getRole())
            .setCreatedAt(shown.getCreatedAt());
    if (shown.hasName()) {
      response.setName(shown.getName());
    }
    if (shown.hasExpiresAt()) {
      response.setExpiresAt(shown.getExpiresAt());
    }
    return response.build();
  }

  @Override
  public void listApiKeys(
      ListApiKeysRequest request, StreamObserver<ListApiKeysResponse> observer) {
    Unary.respond(
        observer,
        () -> {
          String tenantId = Caller.current().tenantId();
          int limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
          PageRequest asked = new PageRequest(List.of(tenantId), request.getCursor(), limit);
          Optional<UUID> after = asked.afterId();
          return database.inTenant(
              tenantId,
              tx -> {
                Page<ApiKeyRecord> page =
                    asked.page(
                        KeyRepository.list(tx, tenantId, after, asked.toRead()),
                        key -> List.of(key.getKeyId()));
                return ListApiKeysResponse.newBuilder()
                    .addAllData(page.map(KeysService::toMessage))
                    .setPagination(
                        page.describe(
                            ApiKeyPagination.newBuilder(), KeyRepository.count(tx, tenantId)))
                    .build();
              });
        });
  }

  @Override
  public void revokeApiKey(RevokeApiKeyRequest request, StreamObserver<Empty> observer) {
    Unary.respond(
        observer,
        () -> {
          String tenantId = Caller.current().tenantId();
          boolean revoked =
              Ids.parse(request.getId())
                  .map(
                      id ->
                          database.inTenant(
                              tenantId,
                              tx -> KeyRepository.revoke(tx, tenantId, id, time.instant())))
                  .orElse(false);
          if (!revoked) {
            throw ApiException.notFound("API key", request.getId());
          }
          ring.expire();
          return Empty.getDefaultInstance();
        });
  }

  private static ApiKey toMessage(ApiKeyRecord row) {
    ApiKey.Builder key =
        ApiKey.newBuilder()
            .setId(row.getKeyId().toString())
            .setPrefix(row.getPrefix())
            .setRole(KeyRepository.toRole(row.getRole()))
            .setCreatedAt(Timestamps.of(row.getCreatedAt()));
    if (row.getName() != null) {
      key.setName(row.getName());
    }
    if (row.getExpiresAt() != null) {
      key.setExpiresAt(Timestamps.of(row.getExpiresAt()));
    }
    return key.build();
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
