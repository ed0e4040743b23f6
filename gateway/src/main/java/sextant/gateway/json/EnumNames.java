package sextant.gateway.json;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import sextant.http.v1.EnumNaming;

/// The JSON names of an enum's values: without the enum's own prefix, in the case the contract asks
/// for. A zero that means "unspecified" has no name: it is printed as `null` and never accepted.
final class EnumNames {
  private static final int DENSE = 64;

  private final Map<Integer, byte[]> byNumber = new HashMap<>();
  private final byte[][] dense = new byte[DENSE][];
  private final SequencedMap<String, Integer> byName = new LinkedHashMap<>();

  EnumNames(EnumDescriptor type) {
    String prefix = upperSnake(type.getName()) + "_";
    boolean upper = ContractOptions.naming(type) == EnumNaming.ENUM_NAMING_UPPER;
    for (EnumValueDescriptor value : type.getValues()) {
      String full = value.getName();
      String bare = full.startsWith(prefix) ? full.substring(prefix.length()) : full;
      if (value.getNumber() == 0 && isNothing(full, bare)) {
        byNumber.put(0, JsonBuffer.NULL);
      } else {
        String name = upper ? bare.toUpperCase(Locale.ROOT) : bare.toLowerCase(Locale.ROOT);
        byNumber.putIfAbsent(value.getNumber(), JsonBuffer.ascii('"' + name + '"'));
        byName.put(name, value.getNumber());
      }
    }
    for (int number = 0; number < DENSE; number++) {
      dense[number] = byNumber.getOrDefault(number, bare(number));
    }
  }

  private static boolean isNothing(String full, String bare) {
    return bare.equals("UNSPECIFIED") || full.endsWith("_UNSPECIFIED");
  }

  /// The JSON of a value; a number that has no name is printed as such.
  byte[] text(int number) {
    if (number >= 0 && number < DENSE) {
      return dense[number];
    }
    byte[] text = byNumber.get(number);
    return text != null ? text : bare(number);
  }

  private static byte[] bare(int number) {
    return JsonBuffer.ascii(Integer.toString(number));
  }

  /// Numbers by JSON name, in the order declared.
  SequencedMap<String, Integer> byName() {
    return byName;
  }

  /// `AggregateFunction` is `AGGREGATE_FUNCTION`, `HTTPStatus` is `HTTP_STATUS`.
  private static String upperSnake(String camel) {
    return camel
        .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
        .toUpperCase(Locale.ROOT);
  }
}
