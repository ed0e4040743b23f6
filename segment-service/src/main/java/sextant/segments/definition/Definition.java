package sextant.segments.definition;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;

/// What a segment is, with every name resolved: rows of a base schema that have certain partners in
/// other schemas and meet a filter.
public record Definition(Schema base, List<Join> joins, Filter.All filter) {

  enum JoinType {
    /// Rows without a partner are out.
    INNER,
    /// Rows without a partner stay; the partner's fields are null.
    LEFT
  }

  /// `left`, of the base or an earlier join, equals `right` of the joined schema.
  record Join(Source source, JoinType type, Column.OfSource left, SchemaField right) {}

  /// Ids of all schemas it reads.
  public Set<UUID> schemaIds() {
    Set<UUID> ids = new HashSet<>();
    ids.add(UUID.fromString(base.getId()));
    joins.forEach(join -> ids.add(UUID.fromString(join.source().schema().getId())));
    return ids;
  }

  /// How often it names each segment that it is made of.
  public Map<UUID, Integer> segmentUses() {
    return filter
        .leaves()
        .flatMap(
            leaf ->
                leaf instanceof Filter.InSegment membership
                    ? membership.segments().stream()
                    : Stream.empty())
        .collect(Collectors.toMap(Filter.Member::segmentId, member -> 1, Integer::sum));
  }
}
