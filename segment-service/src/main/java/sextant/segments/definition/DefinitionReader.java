package sextant.segments.definition;

import java.util.List;
import sextant.segments.v1.Schema;

/// Reads a definition from its JSON parts. Whatever is wrong is reported at once, by path.
public final class DefinitionReader {

  private final Catalog catalog;

  public DefinitionReader(Catalog catalog) {
    this.catalog = catalog;
  }

  /// `joins` and `filters`: JSON arrays.
  public Definition read(Schema base, String joins, String filters) {
    Faults faults = new Faults();
    Scope scope = new Scope(catalog, base);
    List<Definition.Join> joined = new JoinReader(catalog, scope, faults).read(joins);
    Filter.All filter = new FilterReader(catalog, scope, faults).read(filters);
    faults.check();
    return new Definition(base, List.copyOf(joined), filter);
  }
}
