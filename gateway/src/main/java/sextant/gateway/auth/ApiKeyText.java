package sextant.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What an API key looks like, and the keyed hash under which it is stored. Several peppers may be
/// valid at once, so that they can be exchanged without making every key void; the first one is for
/// new keys.
final class ApiKeyText {

  static final int SHOWN_CHARACTERS = 12;

  private static final String PREFIX = "krn_";
  private static final int RANDOM_BYTES = 32;
  private static final int MAX_LENGTH = 200;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecureRandom random = new SecureRandom();
  private final List<SecretKeySpec> peppers;

  ApiKeyText(List<byte[]> peppers) {
    this.peppers = peppers.stream().map(pepper -> new SecretKeySpec(pepper, ALGORITHM)).toList();
  }

  String generate() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  byte[] hash(String key) {
    return hmac(peppers.getFirst(), key);
  }

  /// Every hash that `key` may be stored under; none when it cannot be a key.
  List<byte[]> hashes(String key) {
    return key.startsWith(PREFIX) && key.length() <= MAX_LENGTH
        ? peppers.stream().map(pepper -> hmac(pepper, key)).toList()
        : List.of();
  }

  private static byte[] hmac(SecretKeySpec pepper, String key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(pepper);
      return mac.doFinal(key.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has HmacSHA256", impossible);
    }
  }

  /// A pepper of its own, made from another secret.
  static byte[] derivePepper(byte[] meshKey) {
    return hmac(new SecretKeySpec(meshKey, ALGORITHM), "sextant api key pepper");
  }
}
