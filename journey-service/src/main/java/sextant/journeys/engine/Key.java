package sextant.journeys.engine;

import java.util.Comparator;
import java.util.UUID;

/// Which enrollment: the primary key. Ordered as everybody locks rows, so that nobody waits in a
/// circle.
public record Key(String tenantId, String customerId, UUID journeyId, int entry)
    implements Comparable<Key> {

  private static final Comparator<Key> ORDER =
      Comparator.comparing(Key::tenantId)
          .thenComparing(Key::customerId)
          .thenComparing(Key::journeyId)
          .thenComparing(Key::entry);

  @Override
  public int compareTo(Key other) {
    return ORDER.compare(this, other);
  }
}
