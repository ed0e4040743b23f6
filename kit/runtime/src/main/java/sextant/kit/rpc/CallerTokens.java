package sextant.kit.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallCredentials;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import sextant.access.v1.CallerToken;
import sextant.access.v1.SignedCaller;
import sextant.kit.TenantId;
import sextant.kit.config.Env;

/// Signs callers for outgoing calls and verifies them on incoming ones. Several keys may be valid
/// at once, so that the mesh key can be exchanged without an outage; the first one signs.
public final class CallerTokens {

  public static final Metadata.Key<byte[]> HEADER =
      Metadata.Key.of("sextant-caller-bin", Metadata.BINARY_BYTE_MARSHALLER);

  /// Long enough for the slowest call and for clocks that differ a little, short enough to make a
  /// stolen token worthless.
  private static final Duration LIFETIME = Duration.ofMinutes(2);

  private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
  private static final int MIN_KEY_BYTES = 16;
  private static final String ALGORITHM = "HmacSHA256";

  private final List<SecretKeySpec> keys;
  private final InstantSource time;

  /// `keys`: the mesh keys, at least one, each at least 16 bytes.
  public CallerTokens(List<byte[]> keys, InstantSource time) {
    if (keys.isEmpty() || keys.stream().anyMatch(key -> key.length < MIN_KEY_BYTES)) {
      throw new IllegalArgumentException("a mesh key needs at least 16 bytes");
    }
    this.keys = keys.stream().map(key -> new SecretKeySpec(key, ALGORITHM)).toList();
    this.time = time;
  }

  /// The mesh keys of `SEXTANT_MESH_KEY`. To exchange the key without an outage give every process
  /// `old,new`, then `new,old`, then `new`, each time one process after the other.
  public static List<byte[]> keys(Env env) {
    env.required("SEXTANT_MESH_KEY");
    return env.parsed(
        "SEXTANT_MESH_KEY",
        List.of(),
        "one or more keys of at least " + MIN_KEY_BYTES + " characters, comma-separated",
        text -> {
          List<byte[]> keys =
              Stream.of(text.split(","))
                  .map(key -> key.strip().getBytes(StandardCharsets.UTF_8))
                  .toList();
          if (keys.stream().anyMatch(key -> key.length < MIN_KEY_BYTES)) {
            throw new IllegalArgumentException();
          }
          return keys;
        });
  }

  /// Attaches `caller`, signed, to outgoing calls: `stub.withCallCredentials(...)`.
  public CallCredentials credentials(Caller caller) {
    return new CallCredentials() {
      @Override
      public void applyRequestMetadata(
          RequestInfo info, Executor executor, MetadataApplier applier) {
        Metadata headers = new Metadata();
        headers.put(HEADER, sign(caller));
        applier.apply(headers);
      }
    };
  }

  public byte[] sign(Caller caller) {
    ByteString payload =
        CallerToken.newBuilder()
            .setTenantId(caller.tenantId())
            .setRole(caller.role())
            .setSubject(caller.subject())
            .setRequestId(caller.requestId())
            .setExpiresAtMs(time.instant().plus(LIFETIME).toEpochMilli())
            .build()
            .toByteString();
    return SignedCaller.newBuilder()
        .setPayload(payload)
        .setSignature(ByteString.copyFrom(hmac(keys.getFirst(), payload.toByteArray())))
        .build()
        .toByteArray();
  }

  /// The caller, or empty when the token is malformed, expired or signed with another key.
  public Optional<Caller> verify(byte[] token) {
    try {
      SignedCaller signed = SignedCaller.parseFrom(token);
      byte[] payload = signed.getPayload().toByteArray();
      byte[] signature = signed.getSignature().toByteArray();
      if (keys.stream().noneMatch(key -> MessageDigest.isEqual(hmac(key, payload), signature))) {
        return Optional.empty();
      }
      CallerToken caller = CallerToken.parseFrom(payload);
      boolean expired = time.instant().minus(CLOCK_SKEW).toEpochMilli() > caller.getExpiresAtMs();
      return expired || !TenantId.isValid(caller.getTenantId())
          ? Optional.empty()
          : Optional.of(
              new Caller(
                  caller.getTenantId(),
                  caller.getRole(),
                  caller.getSubject(),
                  caller.getRequestId()));
    } catch (InvalidProtocolBufferException malformed) {
      return Optional.empty();
    }
  }

  private static byte[] hmac(SecretKeySpec key, byte[] payload) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(payload);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has HmacSHA256", impossible);
    }
  }
}
