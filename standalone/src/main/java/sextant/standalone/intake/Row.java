package sextant.standalone.intake;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Set;

/// One record of an input file: named cells and where it stands.
interface Row {

  /// Line of the file on which it starts, from 1.
  long line();

  /// The cell's text, empty when the row has none.
  String text(String column);

  /// Writes every non-empty cell except those of `mapped` as a field of a JSON object.
  void writeOthers(JsonGenerator json, Set<String> mapped) throws IOException;

  /// Everything in the row, names included, for telling rows apart.
  String content();
}
