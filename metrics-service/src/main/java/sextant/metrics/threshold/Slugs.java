package sextant.metrics.threshold;

import static sextant.metrics.jooq.Tables.DEFINITION;

import java.util.Locale;
import java.util.Set;
import org.jooq.DSLContext;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.metrics.Locks;

/// Finds the slug of a new definition.
final class Slugs {

  private static final int MAX_LENGTH = 50;

  private Slugs() {}

  /// The slug that a request asks for, by either of its names; empty when it asks for none.
  static String asked(boolean hasSlug, String slug, boolean hasMetricId, String metricId) {
    if (hasSlug && hasMetricId && !slug.equals(metricId)) {
      throw ApiException.invalid("metric_id", "is an alias of slug and must be the same");
    }
    String asked = hasSlug ? slug : metricId;
    if (Ids.parse(asked).isPresent()) {
      throw ApiException.invalid(
          hasSlug ? "slug" : "metric_id", "must not be a UUID, which would be taken for an id");
    }
    return asked;
  }

  /// `asked`, which must be free, or, if empty, one made from `name`. Keeps other new definitions
  /// of the tenant waiting until the transaction ends.
  static String reserve(DSLContext tx, String tenantId, String asked, String name) {
    Locks.exclusive(tx, "slug", tenantId);
    if (!asked.isEmpty()) {
      if (!taken(tx, tenantId, asked).isEmpty()) {
        throw ApiException.alreadyExists("metric definition", "slug", asked);
      }
      return asked;
    }
    String stem = snakeCase(name, MAX_LENGTH);
    String slug = stem;
    for (int number = 2; !taken(tx, tenantId, slug).isEmpty(); number++) {
      String suffix = "_" + number;
      slug = snakeCase(stem, MAX_LENGTH - suffix.length()) + suffix;
    }
    return slug;
  }

  private static Set<String> taken(DSLContext tx, String tenantId, String slug) {
    return tx.select(DEFINITION.SLUG)
        .from(DEFINITION)
        .where(DEFINITION.TENANT_ID.eq(tenantId))
        .and(DEFINITION.SLUG.eq(slug))
        .fetchSet(DEFINITION.SLUG);
  }

  static String snakeCase(String name, int maxLength) {
    String words =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_|_$", "");
    String slug = words.substring(0, Math.min(words.length(), maxLength)).replaceAll("_$", "");
    return slug.isEmpty() ? "metric" : slug;
  }
}
