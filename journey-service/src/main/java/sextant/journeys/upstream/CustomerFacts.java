package sextant.journeys.upstream;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import sextant.journeys.graph.Facts;

/// Reads what is known about customers from the services that know it.
public interface CustomerFacts {

  /// Facts of many customers of a tenant.
  ///
  /// @param fields `metric.<name>` and `segment.<id>` as asked for; any other field asks for the
  ///   attributes
  /// @param attributes whether to read the attributes in any case
  /// @return facts of every customer; those of whom nothing is known have none
  /// @throws UnavailableException when a service that is needed does not answer in time
  Map<String, Facts> read(
      String tenantId, Collection<String> customerIds, Set<String> fields, boolean attributes);
}
