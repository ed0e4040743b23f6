package sextant.journeys.graph;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// A journey that may be activated, drawn at random: every node is reachable, and every way back
/// leads to or from a wait that takes time.
///
/// @param definition its nodes and edges
/// @param exitRules its exit rules; may be an empty list
/// @param maxDurationDays cuts cycles
/// @param eventWaits ids of the waits that only the event `go` ends
public record RandomJourney(
    String definition, String exitRules, int maxDurationDays, Set<String> eventWaits) {

  /// What the conditions of random journeys ask about.
  public static final String ATTRIBUTES =
      """
      {"plan": "%s", "visits": %d, "since": "%s", "metric.spent": %d, "segment.%s": %b}
      """;

  private static final List<String> TYPES =
      List.of(
          "wait", "wait", "condition_split", "condition_split", "nba_decision", "channel_action");

  public static RandomJourney draw(Random random, Instant start, String segmentId) {
    return new Drawing(random, start, segmentId).draw();
  }

  private static final class Drawing {
    private final Random random;
    private final Instant start;
    private final String segmentId;
    private final List<String> types = new ArrayList<>();
    private final List<String> nodes = new ArrayList<>();
    private final List<String> edges = new ArrayList<>();
    private final Set<String> eventWaits = new HashSet<>();
    private final Set<Integer> delays = new HashSet<>();

    Drawing(Random random, Instant start, String segmentId) {
      this.random = random;
      this.start = start;
      this.segmentId = segmentId;
    }

    RandomJourney draw() {
      types.add("entry_trigger");
      int middle = random.nextInt(1, 12);
      for (int count = 0; count < middle; count++) {
        types.add(TYPES.get(random.nextInt(TYPES.size())));
      }
      types.add("exit");
      for (int place = 0; place < types.size(); place++) {
        add(place);
      }
      String rules =
          switch (random.nextInt(4)) {
            case 0 -> "[{\"condition\": %s}]".formatted(condition());
            case 1 -> "[{\"event\": \"leave\"}]";
            default -> "[]";
          };
      return new RandomJourney(
          "{\"nodes\": [%s], \"edges\": [%s]}"
              .formatted(String.join(", ", nodes), String.join(", ", edges)),
          rules,
          random.nextInt(1, 15),
          eventWaits);
    }

    private void add(int place) {
      String config =
          switch (types.get(place)) {
            case "wait" -> wait(place);
            case "condition_split" -> split(place);
            case "channel_action" -> one(place, "{\"channel\": \"log\"}");
            case "nba_decision" ->
                one(place, "{\"decisionFlowKey\": \"flow-%d\"}".formatted(place));
            case "exit" -> "{\"reason\": \"the end\"}";
            default -> one(place, "{}");
          };
      nodes.add(
          "{\"id\": \"n%d\", \"type\": \"%s\", \"config\": %s}"
              .formatted(place, types.get(place), config));
    }

    private String one(int place, String config) {
      edge(place, place + 1, "");
      return config;
    }

    private String wait(int place) {
      switch (random.nextInt(5)) {
        case 0 -> {
          eventWaits.add("n" + place);
          return one(place, "{\"waitForEvent\": \"go\"}");
        }
        case 1 -> {
          Instant until = start.plus(random.nextInt(-24, 200), ChronoUnit.HOURS);
          return one(place, "{\"until\": \"%s\"}".formatted(until));
        }
        case 2 -> {
          delays.add(place);
          edge(place, place + 1, "event");
          edge(place, anywhere(place), "timeout");
          return "{\"delayHours\": %d, \"waitForEvent\": \"never\"}".formatted(hours());
        }
        default -> {
          delays.add(place);
          return one(place, "{\"delayHours\": %d}".formatted(hours()));
        }
      }
    }

    private String split(int place) {
      boolean onwards = random.nextBoolean();
      List<Integer> waitsBefore = delays.stream().filter(wait -> wait < place).sorted().toList();
      int other =
          waitsBefore.isEmpty() || random.nextInt(3) == 0
              ? random.nextInt(place + 1, types.size())
              : waitsBefore.get(random.nextInt(waitsBefore.size()));
      edge(place, onwards ? place + 1 : other, "true");
      edge(place, onwards ? other : place + 1, "false");
      return condition();
    }

    private int hours() {
      return random.nextInt(6, 80);
    }

    /// Any node but the entry.
    private int anywhere(int from) {
      return random.nextBoolean()
          ? random.nextInt(1, types.size())
          : random.nextInt(from + 1, types.size());
    }

    private void edge(int from, int to, String label) {
      edges.add(
          "{\"source\": \"n%d\", \"target\": \"n%d\", \"label\": \"%s\"}"
              .formatted(from, to, label));
    }

    private String condition() {
      return switch (random.nextInt(6)) {
        case 0 -> "{\"field\": \"plan\", \"operator\": \"eq\", \"value\": \"pro\"}";
        case 1 -> compare("visits");
        case 2 -> compare("metric.spent");
        case 3 ->
            "{\"field\": \"segment.%s\", \"operator\": \"eq\", \"value\": true}"
                .formatted(segmentId);
        case 4 -> "{\"field\": \"nobody.knows\", \"operator\": \"is_null\"}";
        // Becomes true while the customer is inside.
        default ->
            "{\"field\": \"since\", \"operator\": \"lt\", \"value\": \"now-%dd\"}"
                .formatted(random.nextInt(1, 10));
      };
    }

    private String compare(String field) {
      return "{\"field\": \"%s\", \"operator\": \"%s\", \"value\": %d}"
          .formatted(field, random.nextBoolean() ? "gt" : "lte", random.nextInt(10));
    }
  }
}
