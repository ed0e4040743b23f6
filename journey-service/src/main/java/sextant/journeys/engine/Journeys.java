package sextant.journeys.engine;

import static sextant.journeys.jooq.Tables.JOURNEY;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/// The state of journeys as those see it who move customers through them.
public final class Journeys {

  private Journeys() {}

  /// Keeps the journeys in the status they have until the transaction ends, and says which: nobody
  /// enters or moves once a pause is committed. Journeys must be sorted.
  public static Map<JourneyKey, String> lock(DSLContext tx, List<JourneyKey> journeys) {
    Map<JourneyKey, String> statuses = new HashMap<>();
    tx.select(JOURNEY.TENANT_ID, JOURNEY.JOURNEY_ID, JOURNEY.STATUS)
        .from(JOURNEY)
        .where(
            DSL.row(JOURNEY.TENANT_ID, JOURNEY.JOURNEY_ID)
                .in(
                    journeys.stream()
                        .map(key -> DSL.row(key.tenantId(), key.journeyId()))
                        .toList()))
        .orderBy(JOURNEY.TENANT_ID, JOURNEY.JOURNEY_ID)
        .forShare()
        .forEach(row -> statuses.put(new JourneyKey(row.value1(), row.value2()), row.value3()));
    return statuses;
  }
}
