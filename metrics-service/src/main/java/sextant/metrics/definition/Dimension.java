package sextant.metrics.definition;

import static sextant.metrics.jooq.Tables.INTERACTION;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jooq.Field;

/// What a metric may be grouped by.
public enum Dimension {
  OFFER("offerId", "offer", INTERACTION.OFFER_ID),
  CHANNEL("channelId", "channel", INTERACTION.CHANNEL_ID),
  CREATIVE("creativeId", "creative", INTERACTION.CREATIVE_ID),
  OUTCOME("outcomeType", "outcome", INTERACTION.TYPE);

  private final String key;
  private final String alias;
  private final Field<String> column;

  Dimension(String key, String alias, Field<String> column) {
    this.key = key;
    this.alias = alias;
    this.column = column;
  }

  /// The documented name, such as `offerId`.
  public String key() {
    return key;
  }

  public Field<String> column() {
    return column;
  }

  /// The dimension with this name, the short form included.
  static Optional<Dimension> named(String name) {
    return Arrays.stream(values())
        .filter(dimension -> dimension.key.equals(name) || dimension.alias.equals(name))
        .findFirst();
  }

  /// Of the names stored with a definition.
  public static List<Dimension> stored(String[] names) {
    return Arrays.stream(names).map(name -> named(name).orElseThrow()).toList();
  }
}
