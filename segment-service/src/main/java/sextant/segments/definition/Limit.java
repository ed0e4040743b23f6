package sextant.segments.definition;

import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.val;

import java.util.Collection;
import org.jooq.Condition;
import org.jooq.Field;

/// Which customers a query is about.
@FunctionalInterface
interface Limit {

  Limit NONE = customer -> noCondition();

  /// Only these.
  static Limit to(Collection<String> customerIds) {
    String[] ids = customerIds.toArray(String[]::new);
    return customer -> customer.eq(any(val(ids)));
  }

  Condition to(Field<String> customer);
}
