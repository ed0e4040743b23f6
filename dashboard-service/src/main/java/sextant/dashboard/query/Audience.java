package sextant.dashboard.query;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import org.jooq.Condition;
import org.jooq.Field;

/// Whose interactions or traces count.
sealed interface Audience {

  /// All customers.
  record Everyone() implements Audience {}

  /// The customers who are in a segment now.
  ///
  /// @param view name of the segment's view
  record Segment(String view) implements Audience {}

  /// Holds for the rows of customers in the audience.
  default Condition contains(Field<String> customerId) {
    return switch (this) {
      case Everyone everyone -> noCondition();
      case Segment(String view) ->
          customerId.in(
              select(field(name("customer_id"), String.class))
                  .from(table(name(Segments.NAMESPACE, view))));
    };
  }
}
