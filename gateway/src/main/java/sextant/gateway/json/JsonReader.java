package sextant.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads JSON as protobuf messages of one type, on the wire. Thread-safe.
///
/// Strict: UTF-8, at most 64 levels deep, no key twice, nothing behind the value, every value of
/// its own JSON type. All problems are found in one go, each with its path. `null` means absent,
/// but counts as present in `Parsed`.
public final class JsonReader {
  private static final int MAX_DEPTH = 64;

  private static final Pool<ReadState> STATES = new Pool<>(ReadState::new);

  /// Lengths are limited by the size of the body, and numbers by what reads them. Names come from
  /// clients, so they are never interned.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final Optional<FieldDescriptor> updateMask;
  private final List<FieldDescriptor> fields;
  private final MessageReader program;

  JsonReader(Descriptor type, MessageReader program) {
    this.fields = type.getFields();
    this.updateMask = fields.stream().filter(ContractOptions::isUpdateMask).findFirst();
    this.program = program;
  }

  /// Reads the whole message. Fields in `excluded` must not come in the body. A field mask named
  /// `update_mask` is never a key; it gets the proto names of the fields whose key was there.
  public Parsed read(byte[] json, Set<FieldDescriptor> excluded) {
    FieldSet present = new FieldSet(fields);
    return run(json, present, state -> readMessage(state, excluded, present));
  }

  /// Reads one field of the message: the whole document is the field's value.
  public Parsed readField(byte[] json, FieldDescriptor field) {
    FieldReader reader = program.field(field);
    return run(
        json,
        Set.of(field),
        state -> {
          state.path.enter(field.getJsonName());
          if (!reader.isAbsent(state.parser.currentToken())) {
            reader.read(state);
          }
        });
  }

  private void readMessage(ReadState state, Set<FieldDescriptor> excluded, FieldSet present)
      throws IOException {
    if (state.parser.currentToken() != JsonToken.START_OBJECT) {
      state.wrongKind("an object");
      return;
    }
    present.set(program.readFields(state));
    for (FieldDescriptor field : excluded) {
      if (present.contains(field)) {
        state.path.enter(field.getJsonName());
        state.problem("must not be in the body, it is part of the path");
        state.path.leave();
      }
    }
    updateMask.ifPresent(mask -> writeMask(state.out(), mask, present));
  }

  private static void writeMask(
      WireBuffer out, FieldDescriptor mask, Set<FieldDescriptor> present) {
    out.writeVarint(WireType.tag(mask));
    int start = out.begin();
    for (FieldDescriptor field : present) {
      WellKnownReaders.writePath(out, field.getName());
    }
    out.end(start);
  }

  private interface Step {
    void run(ReadState state) throws IOException;
  }

  private static Parsed run(byte[] json, Set<FieldDescriptor> present, Step step) {
    ReadState state = STATES.take();
    try (JsonParser parser = JSON.createParser(json)) {
      state.start(parser, json);
      parseDocument(state, step);
    } catch (IOException e) {
      throw new UncheckedIOException("a parser over bytes in memory cannot fail to close", e);
    }
    byte[] wire = state.out().toByteArray();
    Parsed parsed = new Parsed(wire, present, state.loneElement(), state.problems());
    if (state.finish()) {
      STATES.giveBack(state);
    }
    return parsed;
  }

  private static void parseDocument(ReadState state, Step step) {
    byte[] json = state.json;
    int valid = Utf8.validUntil(json, 0, json.length);
    if (valid < json.length) {
      state.documentProblem("is not UTF-8 at byte " + valid);
      return;
    }
    JsonParser parser = state.parser;
    try {
      if (parser.nextToken() == null) {
        state.documentProblem("must be JSON, was empty");
        return;
      }
      step.run(state);
      if (parser.nextToken() != null) {
        state.documentProblem("has more behind the end of the JSON, before " + position(parser));
      }
    } catch (StreamConstraintsException e) {
      state.documentProblem(
          parser.getParsingContext().getNestingDepth() > MAX_DEPTH
              ? "must not be nested deeper than " + MAX_DEPTH + " levels"
              : "has too many different keys");
    } catch (JsonEOFException e) {
      state.documentProblem("is not JSON: it ends too early");
    } catch (IOException e) {
      state.documentProblem("is not JSON: it breaks off before " + position(parser));
    }
  }

  private static String position(JsonParser parser) {
    return "line "
        + parser.currentLocation().getLineNr()
        + ", column "
        + parser.currentLocation().getColumnNr();
  }
}
