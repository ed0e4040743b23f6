package sextant.segments.definition;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sextant.segments.value.Json;

/// Reads the members of a JSON object in a definition: reports unknown ones, understands synonyms.
final class Members {

  private final Json.Obj object;
  private final String path;
  private final Faults faults;
  private final Set<String> known = new LinkedHashSet<>();

  Members(Json.Obj object, String path, Faults faults) {
    this.object = object;
    this.path = path;
    this.faults = faults;
  }

  /// The member with one of these names, the first of which is its own.
  Optional<Json> get(String... names) {
    known.addAll(List.of(names));
    List<String> present =
        Arrays.stream(names).filter(name -> object.members().containsKey(name)).toList();
    if (present.size() > 1) {
      faults.add(path + "." + present.get(1), "says the same as " + present.getFirst());
    }
    return present.stream().findFirst().map(object.members()::get);
  }

  /// The same, which must be a non-empty string.
  Optional<String> text(String... names) {
    Optional<Json> value = get(names);
    if (value.isEmpty()) {
      faults.add(path + "." + names[0], "is required");
      return Optional.empty();
    }
    if (value.get() instanceof Json.Text(String text) && !text.isEmpty()) {
      return Optional.of(text);
    }
    faults.add(path + "." + names[0], "must be a string, was " + value.get().kind());
    return Optional.empty();
  }

  /// Reports the members that nobody asked for; `allowed` says which there are.
  void checkUnknown(String allowed) {
    for (String name : object.members().keySet()) {
      if (!known.contains(name)) {
        faults.add(path + "." + name, "is unknown; allowed are " + allowed);
      }
    }
  }
}
