package sextant.metrics.interaction;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import sextant.metrics.v1.Classification;
import sextant.metrics.v1.OutcomeType;

/// The outcome types that every tenant starts with. They are fixed, so that `click` means the same
/// everywhere.
public final class ShippedTypes {

  private static final Map<String, OutcomeType> BY_KEY =
      List.of(
              impression("impression", "Impression"),
              positive("click", "Click"),
              positive("share", "Share"),
              positive("save", "Save"),
              positive("accept", "Accept"),
              conversion("conversion", "Conversion"),
              conversion("convert", "Convert"),
              conversion("purchase", "Purchase"),
              negative("not_interested", "Not interested"),
              negative("opt_out", "Opt out"),
              negative("unsubscribed", "Unsubscribed"),
              negative("dismiss", "Dismiss"),
              negative("complaint", "Complaint"),
              type("defer", "Defer", Classification.CLASSIFICATION_NEUTRAL).build())
          .stream()
          .collect(Collectors.toUnmodifiableMap(OutcomeType::getKey, Function.identity()));

  private ShippedTypes() {}

  static Collection<OutcomeType> all() {
    return BY_KEY.values();
  }

  public static Optional<OutcomeType> find(String key) {
    return Optional.ofNullable(BY_KEY.get(key));
  }

  private static OutcomeType impression(String key, String name) {
    return type(key, name, Classification.CLASSIFICATION_NEUTRAL).setImpression(true).build();
  }

  private static OutcomeType positive(String key, String name) {
    return type(key, name, Classification.CLASSIFICATION_POSITIVE).build();
  }

  private static OutcomeType conversion(String key, String name) {
    return type(key, name, Classification.CLASSIFICATION_POSITIVE).setConversion(true).build();
  }

  private static OutcomeType negative(String key, String name) {
    return type(key, name, Classification.CLASSIFICATION_NEGATIVE).build();
  }

  private static OutcomeType.Builder type(String key, String name, Classification classification) {
    return OutcomeType.newBuilder()
        .setKey(key)
        .setName(name)
        .setClassification(classification)
        .setSystem(true);
  }
}
