package sextant.segments.definition;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import sextant.kit.db.Ids;
import sextant.segments.value.Json;

/// Reads conditions on membership of other segments: `{field: "segment", operator: "in", value: id
/// or ids}`, or `{field: "segment.<id>", operator: "=", value: true}`.
final class MembershipReader {

  private static final int MAX_SEGMENTS = 20;
  private static final Set<Operator> OF_LIST =
      EnumSet.of(Operator.IN, Operator.NOT_IN, Operator.EQUALS, Operator.NOT_EQUALS);
  private static final Set<Operator> OF_FLAG = EnumSet.of(Operator.EQUALS, Operator.NOT_EQUALS);

  private final Catalog catalog;
  private final Faults faults;

  MembershipReader(Catalog catalog, Faults faults) {
    this.catalog = catalog;
    this.faults = faults;
  }

  Optional<Filter> read(String field, Operator operator, Json value, String path) {
    return field.equals(Scope.SEGMENT)
        ? ofList(operator, value, path)
        : ofFlag(field.substring(Scope.SEGMENT.length() + 1), operator, value, path);
  }

  private Optional<Filter> ofList(Operator operator, Json value, String path) {
    if (!checkOperator(operator, OF_LIST, path)) {
      return Optional.empty();
    }
    List<Json> ids = value instanceof Json.Arr(List<Json> elements) ? elements : List.of(value);
    if (ids.isEmpty() || ids.size() > MAX_SEGMENTS) {
      faults.add(path + ".value", "must have 1 to " + MAX_SEGMENTS + " segment ids");
      return Optional.empty();
    }
    List<Filter.Member> members = new ArrayList<>();
    for (Json id : ids) {
      if (id instanceof Json.Text(String text)) {
        member(text, path + ".value").ifPresent(members::add);
      } else {
        faults.add(path + ".value", "must be a segment id or several, was " + id.kind());
      }
    }
    boolean wanted = operator == Operator.IN || operator == Operator.EQUALS;
    Filter inOne = new Filter.InSegment(members);
    return Optional.of(wanted ? inOne : new Filter.Not(inOne));
  }

  private Optional<Filter> ofFlag(String id, Operator operator, Json value, String path) {
    Optional<Filter.Member> member = member(id, path + ".field");
    if (!checkOperator(operator, OF_FLAG, path)) {
      return Optional.empty();
    }
    if (!(value instanceof Json.Bool(boolean flag))) {
      faults.add(path + ".value", "must be true or false, was " + value.kind());
      return Optional.empty();
    }
    boolean wanted = flag == (operator == Operator.EQUALS);
    return member
        .map(found -> (Filter) new Filter.InSegment(List.of(found)))
        .map(inOne -> wanted ? inOne : new Filter.Not(inOne));
  }

  private Optional<Filter.Member> member(String text, String path) {
    Optional<UUID> id = Ids.parse(text);
    Optional<String> view = id.flatMap(catalog::segmentView);
    if (view.isEmpty()) {
      faults.add(path, "segment " + text + " not found");
    }
    return view.map(name -> new Filter.Member(id.orElseThrow(), name));
  }

  private boolean checkOperator(Operator operator, Set<Operator> allowed, String path) {
    if (!allowed.contains(operator)) {
      faults.add(
          path + ".operator",
          "\"%s\" does not work on segments; allowed are %s"
              .formatted(operator, Operator.listed(allowed)));
    }
    return allowed.contains(operator);
  }
}
