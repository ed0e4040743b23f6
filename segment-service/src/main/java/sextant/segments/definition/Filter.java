package sextant.segments.definition;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// A condition on rows, checked and typed. Conditions follow SQL: a comparison with null is neither
/// true nor false, nor is its negation, so neither selects the row.
sealed interface Filter {

  record All(List<Filter> parts) implements Filter {}

  record Any(List<Filter> parts) implements Filter {}

  record Not(Filter part) implements Filter {}

  record Test(Column column, Operator operator, List<Operand> operands) implements Filter {}

  /// Whether the row's customer is in at least one of the segments.
  record InSegment(List<Member> segments) implements Filter {}

  /// A segment and its view.
  record Member(UUID segmentId, String viewName) {}

  /// What a field is compared with.
  sealed interface Operand {
    record Literal(Object value) implements Operand {}

    /// So many seconds from the instant of the evaluation.
    record FromNow(long seconds) implements Operand {}
  }

  /// The tests and memberships in it.
  default Stream<Filter> leaves() {
    return switch (this) {
      case All(List<Filter> parts) -> parts.stream().flatMap(Filter::leaves);
      case Any(List<Filter> parts) -> parts.stream().flatMap(Filter::leaves);
      case Not(Filter part) -> part.leaves();
      case Test test -> Stream.of(test);
      case InSegment membership -> Stream.of(membership);
    };
  }

  /// What its tests look at.
  default Stream<Column> columns() {
    return leaves()
        .mapMulti(
            (leaf, out) -> {
              if (leaf instanceof Test test) {
                out.accept(test.column());
              }
            });
  }
}
