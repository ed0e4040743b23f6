package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.AbstractSet;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;

/// Some of the fields of one message type, in the order declared.
final class FieldSet extends AbstractSet<FieldDescriptor> {
  private final List<FieldDescriptor> fields;
  private BitSet indexes = new BitSet(0);

  /// The argument are all fields of the type.
  FieldSet(List<FieldDescriptor> fields) {
    this.fields = fields;
  }

  /// Makes this the set of the fields with these indexes.
  void set(BitSet indexes) {
    this.indexes = indexes;
  }

  @Override
  public boolean contains(Object o) {
    return o instanceof FieldDescriptor field
        && indexes.get(field.getIndex())
        && fields.get(field.getIndex()) == field;
  }

  @Override
  public Iterator<FieldDescriptor> iterator() {
    return indexes.stream().mapToObj(fields::get).iterator();
  }

  @Override
  public int size() {
    return indexes.cardinality();
  }
}
