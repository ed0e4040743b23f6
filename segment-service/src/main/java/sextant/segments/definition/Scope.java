package sextant.segments.definition;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;
import sextant.segments.value.BadValue;

/// Which fields a definition can name: those of the base as they are, those of any table as
/// `name.field`, metrics as `metric.name`. Field names have no full stop, so the last one divides.
final class Scope {

  /// Qualifiers with a meaning of their own.
  static final String METRIC = "metric";

  static final String SEGMENT = "segment";

  private static final int MAX_LISTED = 20;

  private final Catalog catalog;
  private final Source base;
  private final Map<String, Source> named = new LinkedHashMap<>();

  Scope(Catalog catalog, Schema base) {
    this.catalog = catalog;
    this.base = new Source(0, base.getName(), base);
    add(this.base);
  }

  /// False when the name is taken.
  boolean add(Source source) {
    return !isReserved(source.name()) && named.putIfAbsent(source.name(), source) == null
        || source == base;
  }

  static boolean isReserved(String name) {
    return name.equals(METRIC) || name.equals(SEGMENT);
  }

  Column column(String reference) throws BadValue {
    if (reference.startsWith(METRIC + ".")) {
      String metric = reference.substring(METRIC.length() + 1);
      Optional<String> fault = catalog.metricFault(metric);
      if (fault.isPresent()) {
        throw new BadValue(fault.get());
      }
      return new Column.OfMetric(metric);
    }
    return field(reference);
  }

  Column.OfSource field(String reference) throws BadValue {
    int divider = reference.lastIndexOf('.');
    Source source = divider < 0 ? base : source(reference.substring(0, divider));
    return new Column.OfSource(source, field(source, reference.substring(divider + 1)));
  }

  private Source source(String qualifier) throws BadValue {
    Source source = named.get(qualifier);
    if (source == null) {
      source = ofSchema(qualifier);
    }
    if (source == null) {
      throw new BadValue(
          "names a schema \""
              + qualifier
              + "\" that is not joined; there are "
              + String.join(", ", named.keySet()));
    }
    return source;
  }

  /// A joined table by the name of its schema, although it has another name here, when that says
  /// which one is meant.
  private Source ofSchema(String name) {
    List<Source> candidates =
        named.values().stream().filter(source -> source.schema().getName().equals(name)).toList();
    return candidates.size() == 1 && !isReserved(name) ? candidates.getFirst() : null;
  }

  static SchemaField field(Source source, String name) throws BadValue {
    return source.schema().getFieldsList().stream()
        .filter(field -> field.getName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadValue(
                    "\"%s\" is not a field of %s, which has %s"
                        .formatted(name, source.name(), listed(source.schema()))));
  }

  private static String listed(Schema schema) {
    String names =
        schema.getFieldsList().stream()
            .limit(MAX_LISTED)
            .map(SchemaField::getName)
            .collect(Collectors.joining(", "));
    return schema.getFieldsCount() > MAX_LISTED ? names + ", ..." : names;
  }
}
