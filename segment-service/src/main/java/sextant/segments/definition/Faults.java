package sextant.segments.definition;

import java.util.ArrayList;
import java.util.List;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;

/// Collects what is wrong with a definition, so that all of it is reported at once.
final class Faults {

  private static final int MAX_REPORTED = 100;

  private final List<Violation> violations = new ArrayList<>();

  void add(String path, String message) {
    violations.add(new Violation(path, message));
  }

  void check() {
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations.subList(0, Math.min(MAX_REPORTED, violations.size())));
    }
  }
}
