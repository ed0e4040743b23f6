package sextant.segments.definition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import sextant.segments.definition.Definition.Join;
import sextant.segments.definition.Definition.JoinType;

/// How a definition's joins become conditions on base rows. A join never multiplies base rows, so
/// each group of tables that depend on each other is one question: does this base row have partners
/// there that meet these parts of the filter?
///
/// @param baseParts parts of the filter that look at no joined table
/// @param groups the questions
record JoinPlan(List<Filter> baseParts, List<Group> groups) {

  /// @param joins tables that depend on each other, in order
  /// @param parts what must be true of them and the base row together
  /// @param inner whether every base row without partners is out
  record Group(List<Join> joins, List<Filter> parts, boolean inner) {}

  static JoinPlan of(Definition definition) {
    List<Filter> parts = new ArrayList<>();
    flatten(definition.filter(), parts);
    return new Planning(definition.joins(), parts).plan();
  }

  private static void flatten(Filter filter, List<Filter> parts) {
    if (filter instanceof Filter.All(List<Filter> all)) {
      all.forEach(part -> flatten(part, parts));
    } else {
      parts.add(filter);
    }
  }

  private static final class Planning {

    private final List<Join> joins;
    private final List<Filter> parts;

    /// By number of the source; 0, the base, is never in.
    private final BitSet inner = new BitSet();

    private final BitSet needed = new BitSet();
    private final int[] group;

    Planning(List<Join> joins, List<Filter> parts) {
      this.joins = joins;
      this.parts = parts;
      this.group = new int[joins.size() + 1];
      Arrays.setAll(group, number -> number);
    }

    JoinPlan plan() {
      findInner();
      findNeeded();
      group();
      List<Filter> baseParts = parts.stream().filter(part -> sources(part).isEmpty()).toList();
      List<Group> groups =
          joins.stream()
              .filter(join -> needed.get(number(join)))
              .collect(Collectors.groupingBy(join -> root(number(join))))
              .values()
              .stream()
              .map(this::group)
              .toList();
      return new JoinPlan(baseParts, groups);
    }

    /// A left join whose fields must be more than null is an inner one, and so is whatever an inner
    /// join hangs on. Sources are numbered in order, so going back once finds all.
    private void findInner() {
      for (Join join : joins) {
        if (join.type() == JoinType.INNER) {
          inner.set(number(join));
        }
      }
      for (Filter part : parts) {
        if (part instanceof Filter.Test test && test.operator() != Operator.IS_NULL) {
          sources(part).forEach(inner::set);
        }
      }
      propagate(inner);
    }

    /// A left join that nobody asks about changes nothing.
    private void findNeeded() {
      needed.or(inner);
      parts.forEach(part -> sources(part).forEach(needed::set));
      propagate(needed);
    }

    private void propagate(BitSet sources) {
      for (Join join : joins.reversed()) {
        int left = join.left().source().number();
        if (sources.get(number(join)) && left > 0) {
          sources.set(left);
        }
      }
    }

    private void group() {
      for (Join join : joins) {
        if (join.left().source().number() > 0) {
          unite(number(join), join.left().source().number());
        }
      }
      for (Filter part : parts) {
        Set<Integer> sources = sources(part);
        sources.forEach(source -> unite(source, sources.iterator().next()));
      }
    }

    private Group group(List<Join> members) {
      int root = root(number(members.getFirst()));
      return new Group(
          members,
          parts.stream()
              .filter(part -> sources(part).stream().findFirst().map(this::root).orElse(0) == root)
              .toList(),
          members.stream().allMatch(join -> inner.get(number(join))));
    }

    private int root(int source) {
      int root = source;
      while (group[root] != root) {
        root = group[root];
      }
      return root;
    }

    private void unite(int one, int other) {
      group[root(one)] = root(other);
    }

    private static int number(Join join) {
      return join.source().number();
    }

    /// The joined tables that a part looks at.
    private static Set<Integer> sources(Filter part) {
      return part.columns()
          .mapMulti(
              (Column column, java.util.function.Consumer<Integer> out) -> {
                if (column instanceof Column.OfSource field && field.source().number() > 0) {
                  out.accept(field.source().number());
                }
              })
          .collect(Collectors.toSet());
    }
  }
}
