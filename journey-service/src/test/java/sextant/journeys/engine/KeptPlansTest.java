package sextant.journeys.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.journeys.JourneysExtension;
import sextant.kit.db.Lookups;

/// The plans that PostgreSQL keeps for prepared statements, which have to do for whatever values:
/// one that cannot use the index of those inside reads all enrollments, time and again.
final class KeptPlansTest {

  private static final Pattern PARAMETER = Pattern.compile("\\?");

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  @Test
  void whoIsDueIsFoundInTheIndexOfThoseInside() {
    assertThat(
            plan(tx -> EnrollmentRows.due(tx, List.of((short) 1, (short) 2), Instant.EPOCH, 1_000)))
        .contains("enrollment_due")
        .doesNotContain("Seq Scan on enrollment");
  }

  @Test
  void whoIsInAJourneyIsFoundByCustomer() {
    assertThat(plan(tx -> EnrollmentRows.active(tx, "acme", UUID.randomUUID(), "ada")))
        .doesNotContain("Seq Scan on enrollment");
  }

  /// The plans of the statements that `reads` executes.
  private static String plan(Consumer<DSLContext> reads) {
    return mesh.database()
        .asOwner(
            db ->
                db.transactionResult(
                    nested -> {
                      DSLContext tx = DSL.using(nested);
                      Lookups.byKey(tx);
                      tx.execute("set local plan_cache_mode = force_generic_plan");
                      StringBuilder plans = new StringBuilder();
                      for (String sql : statements(tx, reads)) {
                        plans.append(kept(tx, sql));
                      }
                      return plans.toString();
                    }));
  }

  private static List<String> statements(DSLContext tx, Consumer<DSLContext> reads) {
    List<String> statements = new ArrayList<>();
    reads.accept(
        DSL.using(
            tx.configuration()
                .derive(
                    new ExecuteListener() {
                      @Override
                      public void executeStart(ExecuteContext context) {
                        statements.add(context.sql());
                      }
                    })));
    return statements;
  }

  private static String kept(DSLContext tx, String sql) {
    AtomicInteger parameters = new AtomicInteger();
    String numbered =
        PARAMETER.matcher(sql).replaceAll(found -> "\\$" + parameters.incrementAndGet());
    tx.execute("prepare kept as " + numbered);
    String values = String.join(", ", Collections.nCopies(parameters.get(), "null"));
    String plan =
        String.join(
            "\n", tx.fetch("explain execute kept (" + values + ")").getValues(0, String.class));
    tx.execute("deallocate kept");
    return plan;
  }
}
