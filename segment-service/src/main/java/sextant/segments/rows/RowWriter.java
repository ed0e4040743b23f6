package sextant.segments.rows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jooq.DSLContext;
import org.jooq.exception.IntegrityConstraintViolationException;
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

  /// All but the rows that break a unique field, which are found by halving; `reject` hears of them
  /// with the name of the field.
  Written writePossible(DSLContext tx, List<Row> batch, BiConsumer<Row, String> reject) {
    if (batch.isEmpty()) {
      return Written.NOTHING;
    }
    try {
      // A savepoint, so that a failed half leaves the transaction usable.
      return tx.transactionResult(nested -> attempt(DSL.using(nested), batch));
    } catch (IntegrityConstraintViolationException broken) {
      String field = brokenField(broken).orElseThrow(() -> broken);
      if (batch.size() == 1) {
        reject.accept(batch.getFirst(), field);
        return Written.NOTHING;
      }
      int half = batch.size() / 2;
      return writePossible(tx, batch.subList(0, half), reject)
          .plus(writePossible(tx, batch.subList(half, batch.size()), reject));
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
