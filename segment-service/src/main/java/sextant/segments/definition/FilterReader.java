package sextant.segments.definition;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sextant.segments.value.BadValue;
import sextant.segments.value.Json;

/// Reads filters: conditions `{field, operator, value}` and groups `{and: [...]}`, `{or: [...]}`,
/// `{not: ...}`; an array means all of it.
final class FilterReader {

  private static final int MAX_CONDITIONS = 200;
  private static final int MAX_DEPTH = 20;
  private static final Set<String> GROUPS = Set.of("and", "or", "not");
  private static final String ALLOWED = "field, operator, value, or one of and, or, not";

  private final Catalog catalog;
  private final Scope scope;
  private final Faults faults;
  private int conditions;

  FilterReader(Catalog catalog, Scope scope, Faults faults) {
    this.catalog = catalog;
    this.scope = scope;
    this.faults = faults;
  }

  Filter.All read(String text) {
    try {
      if (Json.parse(text) instanceof Json.Arr array) {
        return new Filter.All(parts(array, "filters", 0));
      }
      throw new BadValue("must be an array");
    } catch (BadValue bad) {
      faults.add("filters", bad.getMessage());
      return new Filter.All(List.of());
    }
  }

  private List<Filter> parts(Json.Arr array, String path, int depth) {
    List<Filter> parts = new ArrayList<>();
    for (int index = 0; index < array.elements().size(); index++) {
      read(array.elements().get(index), path + "[" + index + "]", depth).ifPresent(parts::add);
    }
    return parts;
  }

  private Optional<Filter> read(Json json, String path, int depth) {
    if (!(json instanceof Json.Obj object)) {
      faults.add(path, "must be an object, was " + json.kind());
      return Optional.empty();
    }
    if (object.members().size() == 1) {
      Map.Entry<String, Json> only = object.members().entrySet().iterator().next();
      if (GROUPS.contains(only.getKey())) {
        return group(only.getKey(), only.getValue(), path + "." + only.getKey(), depth + 1);
      }
    }
    return condition(object, path);
  }

  private Optional<Filter> group(String kind, Json content, String path, int depth) {
    if (depth > MAX_DEPTH) {
      faults.add(path, "must not be deeper than " + MAX_DEPTH + " groups");
      return Optional.empty();
    }
    if (kind.equals("not") && content instanceof Json.Obj) {
      return read(content, path, depth).map(Filter.Not::new);
    }
    if (!(content instanceof Json.Arr array) || array.elements().isEmpty()) {
      faults.add(path, "must be an array of at least one condition");
      return Optional.empty();
    }
    List<Filter> parts = parts(array, path, depth);
    return Optional.of(
        switch (kind) {
          case "or" -> new Filter.Any(parts);
          case "not" -> new Filter.Not(new Filter.All(parts));
          default -> new Filter.All(parts);
        });
  }

  private Optional<Filter> condition(Json.Obj object, String path) {
    if (++conditions > MAX_CONDITIONS) {
      if (conditions == MAX_CONDITIONS + 1) {
        faults.add("filters", "must have at most " + MAX_CONDITIONS + " conditions");
      }
      return Optional.empty();
    }
    Members members = new Members(object, path, faults);
    Optional<String> field = members.text("field");
    Optional<Operator> operator =
        members.text("operator").flatMap(text -> operator(text, path + ".operator"));
    Json value = members.get("value").orElse(Json.NULL);
    members.checkUnknown(ALLOWED);
    if (field.isEmpty() || operator.isEmpty()) {
      return Optional.empty();
    }
    if (field.get().equals(Scope.SEGMENT) || field.get().startsWith(Scope.SEGMENT + ".")) {
      return new MembershipReader(catalog, faults).read(field.get(), operator.get(), value, path);
    }
    return test(field.get(), operator.get(), value, path);
  }

  private Optional<Operator> operator(String text, String path) {
    Optional<Operator> operator = Operator.of(text);
    if (operator.isEmpty()) {
      faults.add(
          path,
          "\"%s\" is unknown; allowed are %s"
              .formatted(text, Operator.listed(EnumSet.allOf(Operator.class))));
    }
    return operator;
  }

  private Optional<Filter> test(String field, Operator operator, Json value, String path) {
    Column column;
    try {
      column = scope.column(field);
    } catch (BadValue bad) {
      faults.add(path + ".field", bad.getMessage());
      return Optional.empty();
    }
    Set<Operator> allowed = Operator.of(column.type());
    if (!allowed.contains(operator)) {
      faults.add(
          path + ".operator",
          "\"%s\" does not work on %s; allowed are %s"
              .formatted(operator, field, Operator.listed(allowed)));
      return Optional.empty();
    }
    return new OperandReader(column.type(), faults)
        .read(operator, value, path + ".value")
        .map(operands -> new Filter.Test(column, operator, operands));
  }
}
