package sextant.standalone.intake;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Set;
import java.util.function.UnaryOperator;

/// One record of an input file: named cells and where it stands.
interface Row {

  /// Line of the file on which it starts, from 1.
  long line();

  /// The cell's text, empty when the row has none.
  String text(String column);

  /// Writes every non-empty cell except those of `mapped` as a field of a JSON object.
  void writeOthers(JsonGenerator json, Set<String> mapped) throws IOException;

  /// Writes the row as a JSON object, each column under the name it gets from `names`, or not at
  /// all when that is null. Cells of CSV are text, or null when empty.
  void writeAll(JsonGenerator json, UnaryOperator<String> names) throws IOException;

  /// Everything in the row, names included, for telling rows apart.
  String content();
}
