package sextant.segments.rows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.exception.SQLStateClass;
import org.jooq.impl.DSL;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import sextant.errors.v1.ErrorReason;
import sextant.kit.rpc.ApiException;
import sextant.segments.rows.RowRepository.Written;
import sextant.segments.schema.CustomerTable;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;
import sextant.segments.v1.WriteMode;

/// Writes rows of one schema in one mode, and knows what to do when they break a unique field.
final class RowWriter {

  private final RowRepository rows;
  private final Schema schema;
  private final WriteMode mode;

  /// Whether the rows before were all new, so that the next ones may be as well.
  private boolean allNew = true;

  RowWriter(RowRepository rows, Schema schema, WriteMode mode) {
    this.rows = rows;
    this.schema = schema;
    this.mode = mode;
  }

  /// All or nothing.
  Written write(DSLContext tx, List<Row> batch) {
    try {
      return attempt(tx, batch);
    } catch (IntegrityConstraintViolationException broken) {
      String field = brokenField(broken).orElseThrow(() -> broken);
      throw ApiException.of(
          ErrorReason.ERROR_REASON_ALREADY_EXISTS,
          "another row has the same " + field + ", which is unique",
          Map.of("resource", "row", "field", field, "value", ""));
    }
  }

  /// All but the rows that break a unique field; `reject` hears of those with the name of the
  /// field.
  Written writePossible(DSLContext tx, List<Row> batch, BiConsumer<Row, String> reject) {
    if (allNew && batch.size() > 1 && append(tx, batch)) {
      return new Written(batch.size(), 0, 0);
    }
    Written written = mergePossible(tx, batch, reject);
    allNew = written.inserted() == batch.size();
    return written;
  }

  /// Tries the fastest way in, which works when every row is new.
  private boolean append(DSLContext tx, List<Row> batch) {
    try {
      // A savepoint, so that a failed attempt leaves the transaction usable.
      return tx.transactionResult(nested -> rows.append(DSL.using(nested), schema, batch));
    } catch (DataAccessException failure) {
      if (failure.sqlStateClass() == SQLStateClass.C23_INTEGRITY_CONSTRAINT_VIOLATION) {
        return false;
      }
      throw failure;
    }
  }

  /// Finds the bad rows by halving.
  private Written mergePossible(DSLContext tx, List<Row> batch, BiConsumer<Row, String> reject) {
    if (batch.isEmpty()) {
      return Written.NOTHING;
    }
    try {
      return tx.transactionResult(nested -> attempt(DSL.using(nested), batch));
    } catch (IntegrityConstraintViolationException broken) {
      String field = brokenField(broken).orElseThrow(() -> broken);
      if (batch.size() == 1) {
        reject.accept(batch.getFirst(), field);
        return Written.NOTHING;
      }
      int half = batch.size() / 2;
      return mergePossible(tx, batch.subList(0, half), reject)
          .plus(mergePossible(tx, batch.subList(half, batch.size()), reject));
    }
  }

  private Written attempt(DSLContext tx, List<Row> batch) {
    return mode == WriteMode.WRITE_MODE_UPSERT
        ? rows.upsert(tx, schema, batch)
        : rows.insert(tx, schema, batch);
  }

  /// The unique field that a row broke, by the name of the constraint.
  private Optional<String> brokenField(IntegrityConstraintViolationException broken) {
    return Optional.ofNullable(broken.getCause(PSQLException.class))
        .map(PSQLException::getServerErrorMessage)
        .map(ServerErrorMessage::getConstraint)
        .flatMap(constraint -> CustomerTable.uniqueField(schema, constraint))
        .map(SchemaField::getName);
  }
}
