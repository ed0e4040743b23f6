package sextant.gateway.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The program that reads messages of one type from JSON objects.
final class MessageReader extends ValueReader {
  private static final String[] NONE = {};

  private final int oneofs;
  private final List<String> names = new ArrayList<>();
  private final Map<String, FieldReader> byKey = new HashMap<>();
  private final Map<FieldDescriptor, FieldReader> byField = new HashMap<>();

  MessageReader(Descriptor type) {
    this.oneofs = type.getRealOneofs().size();
  }

  /// Adds the fields, which may need this very reader for messages inside.
  void link(Descriptor type, ReaderCompiler compiler) {
    for (FieldDescriptor field : type.getFields()) {
      sextant.http.v1.Field options = ContractOptions.of(field);
      if (options.getHidden() || ContractOptions.isUpdateMask(field)) {
        continue;
      }
      FieldReader reader = compiler.field(field);
      names.add(field.getJsonName());
      byField.put(field, reader);
      byKey.put(field.getJsonName(), reader);
      for (String alias : options.getAliasesList()) {
        byKey.put(alias, reader);
      }
    }
  }

  FieldReader field(FieldDescriptor field) {
    FieldReader reader = byField.get(field);
    if (reader == null) {
      throw new IllegalArgumentException(field + " is not read from JSON");
    }
    return reader;
  }

  @Override
  void read(ReadState state) throws IOException {
    if (state.parser.currentToken() == JsonToken.START_OBJECT) {
      int start = state.out().begin();
      readFields(state);
      state.out().end(start);
    } else {
      state.wrongKind("an object");
    }
  }

  /// Reads the members of an object and returns the indexes of the fields whose key was there.
  BitSet readFields(ReadState state) throws IOException {
    JsonParser parser = state.parser;
    BitSet seen = new BitSet();
    String[] chosen = oneofs == 0 ? NONE : new String[oneofs];
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      FieldReader field = byKey.get(key);
      state.path.enter(key);
      JsonToken token = parser.nextToken();
      if (field == null) {
        state.problem(NearestName.unknownField(key, names));
        parser.skipChildren();
      } else {
        note(state, field, key, seen, chosen);
        if (!field.isAbsent(token)) {
          field.read(state);
        }
      }
      state.path.leave();
    }
    return seen;
  }

  private static void note(
      ReadState state, FieldReader field, String key, BitSet seen, String[] chosen) {
    int index = field.field.getIndex();
    if (seen.get(index)) {
      state.problem("is given twice");
    }
    seen.set(index);
    if (field.oneof >= 0 && !field.isAbsent(state.parser.currentToken())) {
      if (chosen[field.oneof] != null) {
        state.problem("must not be given together with \"" + chosen[field.oneof] + "\"");
      }
      chosen[field.oneof] = key;
    }
  }
}
