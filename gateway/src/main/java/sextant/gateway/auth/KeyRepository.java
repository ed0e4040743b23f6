package sextant.gateway.auth;

import static sextant.gateway.auth.jooq.Tables.API_KEY;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import sextant.access.v1.Role;
import sextant.gateway.auth.jooq.tables.records.ApiKeyRecord;

/// The statements on stored keys, one per method.
final class KeyRepository {

  private KeyRepository() {}

  static void insert(DSLContext tx, ApiKeyRecord key) {
    tx.insertInto(API_KEY).set(key).execute();
  }

  /// Every key that was not revoked, of all tenants, by hash.
  static Map<ByteBuffer, KeyRing.Key> loadUsable(DSLContext tx, Instant now) {
    return tx.select(
            API_KEY.HASH, API_KEY.KEY_ID, API_KEY.TENANT_ID, API_KEY.ROLE, API_KEY.EXPIRES_AT)
        .from(API_KEY)
        .where(API_KEY.REVOKED_AT.isNull())
        .and(API_KEY.EXPIRES_AT.isNull().or(API_KEY.EXPIRES_AT.gt(now)))
        .fetchMap(
            row -> ByteBuffer.wrap(row.value1()),
            row ->
                new KeyRing.Key(
                    row.value2().toString(),
                    row.value3(),
                    toRole(row.value4()),
                    Optional.ofNullable(row.value5())));
  }

  static List<ApiKeyRecord> list(DSLContext tx, String tenantId, Optional<UUID> after, int limit) {
    return tx.selectFrom(API_KEY)
        .where(listed(tenantId))
        .and(after.map(API_KEY.KEY_ID::gt).orElse(DSL.noCondition()))
        .orderBy(API_KEY.KEY_ID)
        .limit(limit)
        .fetch();
  }

  static int count(DSLContext tx, String tenantId) {
    return tx.fetchCount(API_KEY, listed(tenantId));
  }

  /// Whether there was such a key.
  static boolean revoke(DSLContext tx, String tenantId, UUID id, Instant now) {
    return tx.update(API_KEY)
            .set(API_KEY.REVOKED_AT, now)
            .where(listed(tenantId))
            .and(API_KEY.KEY_ID.eq(id))
            .execute()
        == 1;
  }

  private static Condition listed(String tenantId) {
    return API_KEY.TENANT_ID.eq(tenantId).and(API_KEY.REVOKED_AT.isNull());
  }

  static String toText(Role role) {
    return role.name().substring("ROLE_".length()).toLowerCase(Locale.ROOT);
  }

  static Role toRole(String text) {
    return Role.valueOf("ROLE_" + text.toUpperCase(Locale.ROOT));
  }
}
