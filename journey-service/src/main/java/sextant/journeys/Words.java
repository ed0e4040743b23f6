package sextant.journeys;

import java.util.Locale;
import sextant.journeys.v1.ChannelKind;
import sextant.journeys.v1.DeliveryStatus;
import sextant.journeys.v1.EnrollmentStatus;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.ReEntry;

/// Enums of the contract as the database spells them: in lower case, without the prefix.
final class Words {

  private Words() {}

  static String of(JourneyStatus status) {
    return word(status, "JOURNEY_STATUS_");
  }

  static JourneyStatus status(String word) {
    return JourneyStatus.valueOf(name(word, "JOURNEY_STATUS_"));
  }

  /// Unspecified is the default.
  static String of(ReEntry rule) {
    return rule == ReEntry.RE_ENTRY_UNSPECIFIED ? "never" : word(rule, "RE_ENTRY_");
  }

  static ReEntry reEntry(String word) {
    return ReEntry.valueOf(name(word, "RE_ENTRY_"));
  }

  static EnrollmentStatus enrollment(String word) {
    return EnrollmentStatus.valueOf(name(word, "ENROLLMENT_STATUS_"));
  }

  static DeliveryStatus delivery(String word) {
    return DeliveryStatus.valueOf(name(word, "DELIVERY_STATUS_"));
  }

  static String of(ChannelKind kind) {
    return word(kind, "CHANNEL_KIND_");
  }

  static ChannelKind channelKind(String word) {
    return ChannelKind.valueOf(name(word, "CHANNEL_KIND_"));
  }

  private static String word(Enum<?> value, String prefix) {
    return value.name().substring(prefix.length()).toLowerCase(Locale.ROOT);
  }

  private static String name(String word, String prefix) {
    return prefix + word.toUpperCase(Locale.ROOT);
  }
}
