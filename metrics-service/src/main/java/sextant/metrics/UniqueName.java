package sextant.metrics;

import org.jooq.exception.IntegrityConstraintViolationException;
import org.postgresql.util.PSQLException;
import sextant.kit.rpc.ApiException;

/// A name that a unique constraint keeps to one row, whatever is stored at once.
public final class UniqueName {

  private UniqueName() {}

  /// Runs a statement that stores a `resource` under `name`; a name that is taken is
  /// ALREADY_EXISTS.
  public static void store(String constraint, String resource, String name, Runnable statement) {
    try {
      statement.run();
    } catch (IntegrityConstraintViolationException violation) {
      if (violation.getCause() instanceof PSQLException cause
          && cause.getServerErrorMessage() != null
          && constraint.equals(cause.getServerErrorMessage().getConstraint())) {
        throw ApiException.alreadyExists(resource, "name", name);
      }
      throw violation;
    }
  }
}
