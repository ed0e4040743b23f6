package sextant.gateway.limit;

import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How often a tenant may use a route.
///
/// @param each for every route that has none of its own; empty: as often as it likes
/// @param byRoute for single routes, such as `POST /api/v1/segments`
public record RateLimits(Optional<Rate> each, Map<String, Rate> byRoute) {

  public static final RateLimits NONE = new RateLimits(Optional.empty(), Map.of());

  public RateLimits {
    byRoute = Map.copyOf(byRoute);
  }

  /// `ROUTE=RATE,ROUTE=RATE`.
  public static Map<String, Rate> parse(String text) {
    Map<String, Rate> rates = new LinkedHashMap<>();
    for (String pair : text.split(",")) {
      int equals = pair.lastIndexOf('=');
      rates.put(pair.substring(0, equals).strip(), Rate.parse(pair.substring(equals + 1)));
    }
    return rates;
  }

  /// The limit of one route, counted from now on.
  public Optional<RateLimit> of(String route, InstantSource time) {
    return Optional.ofNullable(byRoute.get(route))
        .or(() -> each)
        .map(rate -> new RateLimit(rate, time));
  }

  /// Fails when a route is limited that does not exist.
  public void check(Collection<String> routes) {
    List<String> unknown =
        byRoute.keySet().stream().filter(route -> !routes.contains(route)).sorted().toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "SEXTANT_RATE_LIMITS names routes that do not exist: " + String.join(", ", unknown));
    }
  }
}
