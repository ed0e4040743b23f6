package sextant.standalone.intake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/// Idempotency keys for rows that bring none: what the row says, and which of the rows saying the
/// same it is. The same file gives the same keys every time, so that a repeated import adds
/// nothing, and equal rows of one file all count.
final class RowKeys {

  private static final int KEY_BYTES = 16;

  private final MessageDigest digest;

  /// Open addressing, because a map of objects would not fit for a hundred million rows. Zero is
  /// free. Two contents with the same 64 bits share a counter, which does no harm.
  private long[] hashes = new long[1 << 12];

  private int[] counts = new int[1 << 12];
  private int used;

  RowKeys() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  /// The key of the next row, whose meaning is `type` and `content`.
  String next(String type, String content) {
    digest.update(type.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    byte[] hash = Arrays.copyOf(digest.digest(content.getBytes(StandardCharsets.UTF_8)), KEY_BYTES);
    int ordinal = count(ByteBuffer.wrap(hash).getLong() | 1);
    String key = Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    return ordinal == 1 ? key : key + "." + ordinal;
  }

  private int count(long hash) {
    if (used > hashes.length / 2) {
      grow();
    }
    int slot = slot(hash);
    if (hashes[slot] == 0) {
      hashes[slot] = hash;
      used++;
    }
    return ++counts[slot];
  }

  private int slot(long hash) {
    int slot = (int) (hash >>> 1) & (hashes.length - 1);
    while (hashes[slot] != 0 && hashes[slot] != hash) {
      slot = (slot + 1) & (hashes.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] oldHashes = hashes;
    int[] oldCounts = counts;
    hashes = new long[oldHashes.length * 2];
    counts = new int[oldHashes.length * 2];
    for (int index = 0; index < oldHashes.length; index++) {
      if (oldHashes[index] != 0) {
        int slot = slot(oldHashes[index]);
        hashes[slot] = oldHashes[index];
        counts[slot] = oldCounts[index];
      }
    }
  }
}
