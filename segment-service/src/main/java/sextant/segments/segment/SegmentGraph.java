package sextant.segments.segment;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Which segments are made of which. PostgreSQL expands every view in place, so what a segment
/// costs to plan is the number of views in it, counted as often as they are named.
final class SegmentGraph {

  /// A segment in a circle of segments.
  static final class Cycle extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private final Map<UUID, Map<UUID, Integer>> uses = new HashMap<>();
  private final Map<UUID, Long> sizes = new HashMap<>();
  private final Set<UUID> open = new HashSet<>();

  SegmentGraph(List<SegmentRepository.Use> edges) {
    edges.forEach(
        edge ->
            uses.computeIfAbsent(edge.segmentId(), absent -> new HashMap<>())
                .put(edge.usedSegmentId(), edge.uses()));
  }

  /// Number of views in the largest segment, itself included.
  long largest() throws Cycle {
    long largest = 1;
    for (UUID segment : uses.keySet()) {
      largest = Math.max(largest, size(segment));
    }
    return largest;
  }

  private long size(UUID segment) throws Cycle {
    Long known = sizes.get(segment);
    if (known != null) {
      return known;
    }
    if (!open.add(segment)) {
      throw new Cycle();
    }
    long size = 1;
    for (Map.Entry<UUID, Integer> used : uses.getOrDefault(segment, Map.of()).entrySet()) {
      // Saturates far above any limit instead of overflowing.
      size = Math.min(Integer.MAX_VALUE, size + used.getValue() * size(used.getKey()));
    }
    open.remove(segment);
    sizes.put(segment, size);
    return size;
  }
}
