package sextant.gateway.json;

import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;

/// Reads a list; what can be packed is packed.
final class RepeatedReader extends FieldReader {
  private final ValueReader element;
  private final boolean packed;
  private final boolean acceptSingle;

  RepeatedReader(FieldDescriptor field, ValueReader element) {
    super(
        field,
        field.isPackable()
            ? WireType.tag(field.getNumber(), WireType.DELIMITED)
            : WireType.tag(field));
    this.element = element;
    this.packed = field.isPackable();
    this.acceptSingle = ContractOptions.of(field).getAcceptSingle();
  }

  @Override
  void read(ReadState state) throws IOException {
    if (state.parser.currentToken() == JsonToken.START_ARRAY) {
      readList(state);
    } else if (acceptSingle) {
      readLone(state);
    } else {
      state.wrongKind("an array");
    }
  }

  private void readList(ReadState state) throws IOException {
    state.path.enterList();
    int start = beginRun(state);
    for (int i = 0; state.parser.nextToken() != JsonToken.END_ARRAY; i++) {
      state.path.index(i);
      readElement(state);
    }
    endRun(state, start);
    state.path.leave();
  }

  private void readLone(ReadState state) throws IOException {
    if (state.path.depth() == 1) {
      state.noteLoneElement();
    }
    state.path.enterList();
    int start = beginRun(state);
    readElement(state);
    endRun(state, start);
    state.path.leave();
  }

  private void readElement(ReadState state) throws IOException {
    if (state.parser.currentToken() == JsonToken.VALUE_NULL && !element.takesNull()) {
      state.problem("must not be null");
      return;
    }
    if (!packed) {
      state.out().writeVarint(tag);
    }
    element.read(state);
  }

  private int beginRun(ReadState state) {
    if (!packed) {
      return 0;
    }
    state.out().writeVarint(tag);
    return state.out().begin();
  }

  private void endRun(ReadState state, int start) {
    if (packed) {
      state.out().end(start);
    }
  }
}
