package sextant.segments.definition;

import sextant.segments.v1.DataType;
import sextant.segments.v1.SchemaField;

/// What a condition looks at.
sealed interface Column {

  /// The type of its values.
  DataType type();

  /// A field of one of the tables.
  record OfSource(Source source, SchemaField field) implements Column {
    @Override
    public DataType type() {
      return field.getDataType();
    }
  }

  /// The customer's value of a behavioral metric; null when the customer has none.
  record OfMetric(String metric) implements Column {
    @Override
    public DataType type() {
      return DataType.DATA_TYPE_NUMBER;
    }
  }
}
