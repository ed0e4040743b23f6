package sextant.gateway.json;

import java.nio.charset.StandardCharsets;

/// Writes `FieldMask`: the paths in camel case, separated by commas.
final class FieldMaskWriter extends MessageValueWriter {
  private static final int PATHS = WireType.tag(1, WireType.DELIMITED);

  @Override
  void link(WriterCompiler compiler) {
    // Consists of strings only.
  }

  @Override
  void write(WriteState state) throws MalformedWireException {
    WireCursor cursor = state.cursor;
    StringBuilder paths = new StringBuilder();
    while (cursor.hasMore()) {
      int tag = cursor.readTag();
      if (tag != PATHS) {
        cursor.skip(tag);
        continue;
      }
      int length = cursor.readLength();
      if (Utf8.validUntil(cursor.bytes, cursor.position, cursor.position + length)
          < cursor.position + length) {
        throw new MalformedWireException("a string is not UTF-8");
      }
      String path = new String(cursor.bytes, cursor.position, length, StandardCharsets.UTF_8);
      paths.append(paths.isEmpty() ? "" : ",").append(FieldMaskText.toCamel(path));
      cursor.position += length;
    }
    byte[] text = paths.toString().getBytes(StandardCharsets.UTF_8);
    state.out.writeString(text, 0, text.length);
  }
}
