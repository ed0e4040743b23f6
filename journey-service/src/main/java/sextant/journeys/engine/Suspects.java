package sextant.journeys.engine;

import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.falseCondition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.or;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.trueCondition;
import static sextant.journeys.jooq.Tables.ENROLLMENT;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import sextant.journeys.graph.Condition;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Operator;

/// Who may meet a condition, in SQL over the row of an enrollment: everybody who does, and perhaps
/// others. Which of them do is then found out from their facts, in the words of [Condition]; so SQL
/// may be generous where it compares differently, and never has to be exact.
final class Suspects {

  private static final Name VALUES = name("metrics", "metric_value_v1");
  private static final Name CUSTOMER = name("customer.text");

  private final List<Attribute> attributes;
  private final Function<String, Optional<SegmentView>> segments;
  private final Comparing comparing;

  /// `segments`: finds the view of a segment.
  Suspects(
      List<Attribute> attributes, Function<String, Optional<SegmentView>> segments, Instant now) {
    this.attributes = attributes;
    this.segments = segments;
    this.comparing = new Comparing(now);
  }

  org.jooq.Condition of(Condition condition) {
    return of(condition, true);
  }

  /// Those of whom the condition may be `truth`; where something is not known it is neither.
  private org.jooq.Condition of(Condition condition, boolean truth) {
    return switch (condition) {
      case Condition.All(List<Condition> parts) -> join(parts, truth, truth);
      case Condition.Any(List<Condition> parts) -> join(parts, truth, !truth);
      case Condition.Not(Condition part) -> of(part, !truth);
      case Condition.Compare(String asked, Operator operator, Object operand) ->
          (truth ? Optional.of(operator) : operator.opposite())
              .map(effective -> compare(asked, effective, operand))
              .orElseGet(() -> compare(asked, Operator.IS_NOT_NULL, operand));
    };
  }

  private org.jooq.Condition join(List<Condition> parts, boolean truth, boolean all) {
    List<org.jooq.Condition> each = parts.stream().map(part -> of(part, truth)).toList();
    return all ? DSL.and(each) : DSL.or(each);
  }

  private org.jooq.Condition compare(String asked, Operator operator, Object operand) {
    if (asked.startsWith(Facts.SEGMENT)) {
      return segment(asked.substring(Facts.SEGMENT.length()), operator, operand);
    }
    if (asked.startsWith(Facts.METRIC)) {
      return metric(asked.substring(Facts.METRIC.length()), operator, operand);
    }
    return attribute(asked, operator, operand);
  }

  private org.jooq.Condition segment(String id, Operator operator, Object operand) {
    Optional<SegmentView> view = segments.apply(id);
    String word = String.valueOf(operand);
    boolean wanted = word.equalsIgnoreCase("true") == (operator == Operator.EQUAL);
    boolean isTruth = word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false");
    if (view.isEmpty()) {
      return unknown(operator);
    }
    if (!isTruth || operator != Operator.EQUAL && operator != Operator.NOT_EQUAL) {
      return trueCondition();
    }
    var inside =
        selectOne()
            .from(view.get().table())
            .where(view.get().customerId().eq(ENROLLMENT.CUSTOMER_ID));
    return wanted ? exists(inside) : notExists(inside);
  }

  /// A grouped metric has many values, of which none is the customer's.
  private org.jooq.Condition metric(String metric, Operator operator, Object operand) {
    Name value = VALUES.append("value");
    Function<org.jooq.Condition, org.jooq.Select<?>> having =
        met ->
            selectOne()
                .from(table(VALUES))
                .where(text(VALUES, "tenant_id").eq(ENROLLMENT.TENANT_ID))
                .and(text(VALUES, "customer_id").eq(ENROLLMENT.CUSTOMER_ID))
                .and(text(VALUES, "metric_name").eq(metric))
                .and(text(VALUES, "dimension_1").eq(""))
                .and(text(VALUES, "dimension_2").eq(""))
                .and(met);
    return switch (operator) {
      case IS_NULL -> notExists(having.apply(noCondition()));
      case IS_NOT_NULL -> exists(having.apply(noCondition()));
      default -> exists(having.apply(comparing.test(value, "decimal", operator, operand)));
    };
  }

  /// A name with dots is a path into a document, of which SQL only asks whether it is there.
  private org.jooq.Condition attribute(String asked, Operator operator, Object operand) {
    String[] path = asked.split("\\.");
    boolean isPath = path.length != 1;
    if (path.length == 0) {
      return trueCondition();
    }
    String column = path[0];
    List<Attribute> sources =
        attributes.stream()
            .filter(one -> one.field().equals(column))
            .filter(one -> !isPath || one.type().equals("json"))
            .toList();
    if (sources.isEmpty() || isPath && operator == Operator.IS_NULL) {
      return unknown(operator);
    }
    return or(sources.stream().map(source -> attribute(source, operator, operand)).toList());
  }

  private org.jooq.Condition attribute(Attribute source, Operator operator, Object operand) {
    Name column = source.view().append(source.field());
    return switch (operator) {
      case IS_NULL -> notExists(rows(source.view(), field(column).isNotNull()));
      case IS_NOT_NULL -> exists(rows(source.view(), field(column).isNotNull()));
      default ->
          exists(rows(source.view(), comparing.test(column, source.type(), operator, operand)));
    };
  }

  private static org.jooq.Select<?> rows(Name view, org.jooq.Condition met) {
    return selectOne()
        .from(table(view))
        .where(field(view.append(CUSTOMER), SQLDataType.CLOB).eq(ENROLLMENT.CUSTOMER_ID))
        .and(met);
  }

  private static org.jooq.Condition unknown(Operator operator) {
    return operator == Operator.IS_NULL ? trueCondition() : falseCondition();
  }

  private static Field<String> text(Name table, String column) {
    return field(table.append(column), SQLDataType.CLOB);
  }
}
