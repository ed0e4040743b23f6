package sextant.dashboard.catalogue;

import com.google.protobuf.Message;
import io.grpc.ServiceDescriptor;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.Record;
import org.jooq.Table;

/// One kind of catalogue entries. Its service has three methods, `List...`, `Upsert...` and
/// `Delete...`; its table has a column for each field of its message.
///
/// @param service the gRPC service
/// @param table the table; its primary key starts with the tenant and ends with the entry's id
/// @param defaults what absent fields of an entry that arrives now become
/// @param rules what the contract's constraints cannot express
/// @param totals what is counted over all entries, if anything is
record Kind<M extends Message>(
    ServiceDescriptor service,
    Table<? extends Record> table,
    Function<Instant, M> defaults,
    Rules<M> rules,
    Optional<Totals> totals) {

  /// A kind without totals.
  Kind(
      ServiceDescriptor service,
      Table<? extends Record> table,
      Function<Instant, M> defaults,
      Rules<M> rules) {
    this(service, table, defaults, rules, Optional.empty());
  }

  /// Reports what is wrong with an entry whose defaults are filled in.
  interface Rules<M> {
    void check(M entry, Faults faults);
  }

  /// What an entry is called in messages, such as `algorithm model`.
  String name() {
    return table.getName().replace('_', ' ');
  }
}
