package sextant.kit.db;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import com.google.protobuf.Message;
import io.grpc.Context;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record2;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/// A call with an idempotency key. All it does in the database is one transaction, and its answer
/// is written down in the same one: either both happened or neither, whatever crashes when. A
/// repeat within a day gets the answer and does nothing. A call that failed did nothing and is not
/// remembered.
///
/// Answers are stored encrypted with the key, of which only a hash is stored: some, such as a new
/// API key, are nobody else's business.
public final class KeyedCall {

  /// Thrown when the first call is not over yet, or was another one.
  public static final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean inProgress;

    RefusedException(boolean inProgress, String message) {
      super(message, null, false, false);
      this.inProgress = inProgress;
    }

    /// Whether trying again later helps.
    public boolean isInProgress() {
      return inProgress;
    }
  }

  public static final Context.Key<KeyedCall> KEY = Context.key("sextant-keyed-call");

  private static final String DAY = "interval '24 hours'";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private static final Field<String> TENANT_ID = field(name("tenant_id"), SQLDataType.VARCHAR);
  private static final Field<byte[]> KEY_HASH = field(name("key_hash"), SQLDataType.BLOB);
  private static final Field<byte[]> REQUEST_HASH = field(name("request_hash"), SQLDataType.BLOB);
  private static final Field<byte[]> ANSWER = field(name("answer"), SQLDataType.BLOB);
  private static final Field<OffsetDateTime> ANSWERED_AT =
      field(name("answered_at"), SQLDataType.TIMESTAMPWITHTIMEZONE);

  private final Database database;
  private final String tenantId;
  private final byte[] keyHash;
  private final byte[] secret;
  private final byte[] requestHash;
  private final Function<byte[], Object> parse;
  private final Table<?> calls;

  /// `method` and `key` name the call among those of its tenant; `parse` makes an answer of its
  /// bytes.
  public KeyedCall(
      Database database,
      String tenantId,
      String method,
      String key,
      Message request,
      Function<byte[], Object> parse) {
    this.database = database;
    this.tenantId = tenantId;
    byte[] name = (tenantId + "\n" + method + "\n" + key).getBytes(StandardCharsets.UTF_8);
    this.keyHash = hash("key", name);
    this.secret = hash("answer", name);
    this.requestHash = hash("request", request.toByteArray());
    this.parse = parse;
    this.calls = table(name(database.schema(), "idempotent_call"));
  }

  /// The answer of `work`, or of the first call with this key.
  @SuppressWarnings("unchecked")
  public <R> R once(Supplier<R> work) {
    return database.enclosing(
        tenantId,
        tx -> {
          lock(tx);
          Record2<byte[], byte[]> first = find(tx);
          if (first != null) {
            return (R) parse.apply(crypt(Cipher.DECRYPT_MODE, repeated(first)));
          }
          R answer = work.get();
          Database.scope(tx, tenantId);
          keep(tx, ((Message) answer).toByteArray());
          return answer;
        });
  }

  /// Held until the transaction ends, also by a crash.
  private void lock(DSLContext tx) {
    long number = java.nio.ByteBuffer.wrap(keyHash).getLong();
    if (!tx.select(field("pg_try_advisory_xact_lock({0})", Boolean.class, inline(number)))
        .fetchSingle()
        .value1()) {
      throw new RefusedException(
          true, "the first request with this Idempotency-Key is still being worked on; try again");
    }
  }

  private Record2<byte[], byte[]> find(DSLContext tx) {
    return tx.select(REQUEST_HASH, ANSWER)
        .from(calls)
        .where(TENANT_ID.eq(tenantId), KEY_HASH.eq(keyHash))
        .and(ANSWERED_AT.gt(field("now() - " + DAY, ANSWERED_AT.getDataType())))
        .fetchOne();
  }

  private byte[] repeated(Record2<byte[], byte[]> first) {
    if (!MessageDigest.isEqual(first.value1(), requestHash)) {
      throw new RefusedException(
          false, "the Idempotency-Key was used for another request; use a new one for each");
    }
    return first.value2();
  }

  /// Takes the tenant's outdated ones out on the way.
  private void keep(DSLContext tx, byte[] answer) {
    tx.deleteFrom(calls)
        .where(TENANT_ID.eq(tenantId))
        .and(ANSWERED_AT.le(field("now() - " + DAY, ANSWERED_AT.getDataType())))
        .execute();
    tx.insertInto(calls)
        .columns(TENANT_ID, KEY_HASH, REQUEST_HASH, ANSWER)
        .values(tenantId, keyHash, requestHash, crypt(Cipher.ENCRYPT_MODE, answer))
        .execute();
  }

  private byte[] crypt(int mode, byte[] text) {
    try {
      // A key for one message only needs no nonce of its own; the request tells apart the answers
      // that the same key gets on different days.
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          mode,
          new SecretKeySpec(secret, "AES"),
          new GCMParameterSpec(TAG_BITS, Arrays.copyOf(requestHash, NONCE_BYTES)));
      return cipher.doFinal(text);
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("a stored answer cannot be read", failure);
    }
  }

  private static byte[] hash(String purpose, byte[] text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((purpose + "\n").getBytes(StandardCharsets.UTF_8));
      return digest.digest(text);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
