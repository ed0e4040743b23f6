package sextant.kit.rpc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// An opaque list position: the sort key of the last row shown, bound to the filters of its list so
/// that it cannot continue another one. Positions are values, not offsets, so inserts never shift a
/// page.
public final class PageToken {

  private static final int MAX_KEYS = 8;

  private PageToken() {}

  /// `filters`: everything that selects rows of the list; `key`: the sort key of the last row.
  public static String encode(List<?> filters, List<String> key) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(filterHash(filters));
      out.writeByte(key.size());
      for (String part : key) {
        out.writeUTF(part);
      }
    } catch (IOException impossible) {
      throw new IllegalStateException("writing to memory failed", impossible);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /// The sort key in `cursor`, or empty for the first page (no cursor). Anything that did not come
  /// from `encode` with the same filters and number of key parts is INVALID_ARGUMENT on `cursor`.
  public static Optional<List<String>> decode(String cursor, List<?> filters, int keySize) {
    if (cursor.isEmpty()) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(Base64.getUrlDecoder().decode(cursor)))) {
      int hash = in.readInt();
      int size = in.readUnsignedByte();
      if (hash != filterHash(filters) || size != keySize || size > MAX_KEYS) {
        throw wrong();
      }
      List<String> key = new ArrayList<>();
      for (int part = 0; part < size; part++) {
        key.add(in.readUTF());
      }
      if (in.read() != -1) {
        throw wrong();
      }
      return Optional.of(List.copyOf(key));
    } catch (IOException | IllegalArgumentException malformed) {
      throw wrong();
    }
  }

  /// The refusal of a cursor, also for a key that decodes but is none of the list's.
  public static ApiException wrong() {
    return ApiException.invalid("cursor", "must be the cursor of a page of this very list");
  }

  /// The time that a part of a key is.
  public static Instant instant(String part) {
    try {
      return Instant.parse(part);
    } catch (DateTimeException forged) {
      throw wrong();
    }
  }

  private static int filterHash(List<?> filters) {
    // String form, because hash codes of enums and records differ between runs of the JVM.
    return Objects.hash(filters.stream().map(String::valueOf).toArray());
  }
}
