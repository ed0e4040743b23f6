package sextant.journeys.graph;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Reads the configuration of one node and finds the ways on from it.
final class NodeReader {

  static final List<String> TYPES =
      List.of("entry_trigger", "wait", "condition_split", "nba_decision", "channel_action", "exit");

  private static final List<String> TRUE = List.of("true", "yes");
  private static final List<String> FALSE = List.of("false", "no");
  private static final List<String> EVENT = List.of("event");
  private static final List<String> TIMEOUT = List.of("timeout");

  private static final int MAX_TEXT = 128;
  private static final Duration MAX_WAIT = Duration.ofDays(365);
  private static final Duration DECISION_TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_DECISION_MILLIS = 10_000;

  private final Faults faults;

  NodeReader(Faults faults) {
    this.faults = faults;
  }

  /// `path`: of the configuration; `edges`: those that leave the node.
  Node read(String id, String type, String path, Map<String, Object> config, List<Edge> edges) {
    return switch (type) {
      case "entry_trigger" -> new Node.EntryTrigger(id, path, config, only(edges));
      case "wait" -> wait(id, path, config, edges);
      case "condition_split" -> split(id, path, config, edges);
      case "nba_decision" -> decision(id, path, config, edges);
      case "channel_action" -> {
        Optional<String> channel = name(path, config, "channel");
        if (channel.isEmpty()) {
          faults.incomplete(path + ".channel", "is missing");
        }
        yield new Node.ChannelAction(id, channel, only(edges));
      }
      default -> new Node.Exit(id, Edge.text(config, "reason"));
    };
  }

  private Node wait(String id, String path, Map<String, Object> config, List<Edge> edges) {
    Optional<Duration> delay = delay(path, config);
    Optional<Instant> until = until(path, config);
    Optional<String> event = name(path, config, "waitForEvent");
    if (delay.isEmpty() && until.isEmpty() && event.isEmpty()) {
      faults.incomplete(path, "has none of delayHours, duration, until and waitForEvent");
    }
    List<String> reasons = new ArrayList<>();
    delay.ifPresent(_ -> reasons.add(delayInWords(config)));
    until.ifPresent(instant -> reasons.add("until " + instant));
    event.ifPresent(type -> reasons.add("for event " + type));
    Optional<String> unmarked =
        way(
            edges.stream()
                .filter(edge -> !edge.isMarked(EVENT) && !edge.isMarked(TIMEOUT))
                .toList(),
            List.of());
    return new Node.Wait(
        id,
        delay,
        until,
        event,
        ("wait " + String.join(" or ", reasons)).strip(),
        way(edges, TIMEOUT).or(() -> unmarked),
        way(edges, EVENT).or(() -> unmarked));
  }

  private Node split(String id, String path, Map<String, Object> config, List<Edge> edges) {
    Object json = config.getOrDefault("condition", config.getOrDefault("conditions", config));
    Optional<Condition> condition =
        json instanceof Map<?, ?> object && object.isEmpty()
            ? Optional.empty()
            : new ConditionReader(faults).read(json == config ? path : path + ".condition", json);
    if (json instanceof Map<?, ?> object && object.isEmpty()) {
      faults.incomplete(path, "has no condition {field, operator, value}");
    }
    return new Node.ConditionSplit(id, condition, way(edges, TRUE), way(edges, FALSE));
  }

  private Node decision(String id, String path, Map<String, Object> config, List<Edge> edges) {
    Map<String, Object> fallback = new LinkedHashMap<>();
    if (config.get("fallback") instanceof Map<?, ?> given) {
      for (String key : List.of("offerId", "creativeId", "channelId")) {
        name(path + ".fallback", Json.cast(given), key).ifPresent(id2 -> fallback.put(key, id2));
      }
    } else if (config.containsKey("fallback")) {
      faults.wrong(path + ".fallback", "must be {offerId, creativeId, channelId}");
    }
    return new Node.NbaDecision(
        id,
        name(path, config, "decisionFlowKey")
            .or(() -> name(path, config, "decisionFlowId"))
            .orElse("default-flow"),
        name(path, config, "channel"),
        decisionTimeout(path, config),
        fallback,
        only(edges));
  }

  private Duration decisionTimeout(String path, Map<String, Object> config) {
    return switch (config.get("timeoutMs")) {
      case null -> DECISION_TIMEOUT;
      case BigDecimal millis
          when millis.compareTo(BigDecimal.ONE) >= 0
              && millis.compareTo(BigDecimal.valueOf(MAX_DECISION_MILLIS)) <= 0 ->
          Duration.ofMillis(millis.longValue());
      case Object other -> {
        faults.wrong(
            path + ".timeoutMs",
            "must be a number from 1 to " + MAX_DECISION_MILLIS + ", was " + other);
        yield DECISION_TIMEOUT;
      }
    };
  }

  private Optional<Duration> delay(String path, Map<String, Object> config) {
    if (config.containsKey("delayHours")) {
      return duration(path + ".delayHours", config.get("delayHours"), Duration.ofHours(1));
    }
    if (!config.containsKey("duration")) {
      return Optional.empty();
    }
    String unit = String.valueOf(config.getOrDefault("unit", "hours")).toLowerCase(Locale.ROOT);
    Optional<Duration> length =
        switch (unit) {
          case "second", "seconds" -> Optional.of(Duration.ofSeconds(1));
          case "minute", "minutes" -> Optional.of(Duration.ofMinutes(1));
          case "hour", "hours" -> Optional.of(Duration.ofHours(1));
          case "day", "days" -> Optional.of(Duration.ofDays(1));
          default -> Optional.empty();
        };
    if (length.isEmpty()) {
      faults.wrong(path + ".unit", "must be seconds, minutes, hours or days, was \"" + unit + "\"");
    }
    return length.flatMap(one -> duration(path + ".duration", config.get("duration"), one));
  }

  private Optional<Duration> duration(String path, Object count, Duration unit) {
    BigDecimal most = BigDecimal.valueOf(MAX_WAIT.dividedBy(unit));
    if (count instanceof BigDecimal number && number.signum() >= 0 && number.compareTo(most) <= 0) {
      return Optional.of(
          Duration.ofMillis(
              number
                  .multiply(BigDecimal.valueOf(unit.toMillis()))
                  .setScale(0, RoundingMode.HALF_UP)
                  .longValueExact()));
    }
    faults.wrong(path, "must be a number from 0 to " + most + ", was " + count);
    return Optional.empty();
  }

  private static String delayInWords(Map<String, Object> config) {
    Object count = config.getOrDefault("delayHours", config.get("duration"));
    String number = ((BigDecimal) count).stripTrailingZeros().toPlainString();
    Object unit = config.containsKey("delayHours") ? "hours" : config.getOrDefault("unit", "hours");
    return number + " " + String.valueOf(unit).toLowerCase(Locale.ROOT);
  }

  private Optional<Instant> until(String path, Map<String, Object> config) {
    Object text = config.get("until");
    if (text == null) {
      return Optional.empty();
    }
    Optional<Instant> instant =
        String.valueOf(text).startsWith("now")
            ? Optional.empty()
            : Comparison.instant(text, Instant.EPOCH);
    if (instant.isEmpty()) {
      faults.wrong(
          path + ".until",
          "must be a date or an instant such as 2026-03-16T14:30:00Z, was \"" + text + "\"");
    }
    return instant;
  }

  private Optional<String> name(String path, Map<String, Object> config, String key) {
    Object value = config.get(key);
    if (value == null || value.equals("")) {
      return Optional.empty();
    }
    if (value instanceof String text && text.length() <= MAX_TEXT) {
      return Optional.of(text);
    }
    faults.wrong(path + "." + key, "must be a text of at most " + MAX_TEXT + " characters");
    return Optional.empty();
  }

  private static Optional<String> only(List<Edge> edges) {
    return way(edges, List.of());
  }

  /// The target of the first edge that is marked so; with no words, of the first edge.
  private static Optional<String> way(List<Edge> edges, List<String> words) {
    return edges.stream()
        .filter(edge -> words.isEmpty() || edge.isMarked(words))
        .flatMap(edge -> edge.target().stream())
        .findFirst();
  }

  /// Notes what is the matter with the number of edges and their marks.
  void checkWays(Node node, String path, List<Edge> edges) {
    switch (node) {
      case Node.Exit _ -> {
        if (!edges.isEmpty()) {
          faults.incomplete(path, "is an exit, nothing goes on from it");
        }
      }
      case Node.ConditionSplit _ -> {
        checkOne(path, edges, TRUE, "true");
        checkOne(path, edges, FALSE, "false");
        for (Edge edge : edges) {
          if (!edge.isMarked(TRUE) && !edge.isMarked(FALSE)) {
            faults.incomplete(
                edge.path(), "leaves a condition_split: its label must be true or false");
          }
        }
      }
      case Node.Wait wait -> {
        List<Edge> unmarked =
            edges.stream()
                .filter(edge -> !edge.isMarked(EVENT) && !edge.isMarked(TIMEOUT))
                .toList();
        if (unmarked.size() > 1) {
          faults.incomplete(path, "has " + unmarked.size() + " unlabelled edges, one is possible");
        }
        if (wait.onTime().isEmpty() && (wait.delay().isPresent() || wait.until().isPresent())
            || wait.onEvent().isEmpty() && wait.event().isPresent()
            || edges.isEmpty()) {
          faults.incomplete(path, "has no way on");
        }
      }
      default -> {
        if (edges.size() != 1) {
          faults.incomplete(
              path,
              edges.isEmpty()
                  ? "has no way on"
                  : "has " + edges.size() + " edges that leave it, one is possible");
        }
      }
    }
  }

  private void checkOne(String path, List<Edge> edges, List<String> words, String word) {
    long found = edges.stream().filter(edge -> edge.isMarked(words)).count();
    if (found != 1) {
      faults.incomplete(
          path,
          found == 0
              ? "has no " + word + " branch"
              : "has " + found + " " + word + " branches, one is possible");
    }
  }
}
