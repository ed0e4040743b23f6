package sextant.dashboard.catalogue;

import java.util.List;
import sextant.kit.rpc.ApiException.Violation;

/// Gathers what is wrong with one entry of a call.
///
/// @param path where the entry stands in the request, such as `offers[3]`
/// @param found all faults of the call so far
record Faults(String path, List<Violation> found) {

  void add(String field, String message) {
    found.add(new Violation(path + "." + field, message));
  }
}
