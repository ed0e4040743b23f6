package sextant.standalone.demo;

import java.time.LocalDate;
import java.util.List;
import java.util.Random;

/// A customer of the demo's bank.
///
/// @param id such as `cust_00042`
/// @param appetite how likely this customer is to respond, 0-1
record Customer(
    String id,
    String name,
    String city,
    String tier,
    int monthlySpend,
    LocalDate joinedOn,
    double appetite) {

  private static final List<String> FIRST_NAMES =
      List.of("Anna", "Ben", "Carla", "David", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas");
  private static final List<String> LAST_NAMES =
      List.of("Albers", "Bauer", "Costa", "Dubois", "Eriksen", "Ferrari", "Gomez", "Hansen");
  private static final List<String> CITIES =
      List.of("Berlin", "Lisbon", "Lyon", "Milan", "Oslo", "Porto", "Vienna");

  /// Always the same customer for the same seed and number.
  static Customer of(long seed, int number) {
    Random random = new Random(seed * 1_000_003 + number);
    // Neighbouring seeds start alike.
    random.nextInt();
    double wealth = random.nextDouble();
    return new Customer(
        "cust_%05d".formatted(number),
        pick(FIRST_NAMES, random) + " " + pick(LAST_NAMES, random),
        pick(CITIES, random),
        wealth < 0.6 ? "basic" : wealth < 0.9 ? "plus" : "premium",
        (int) (100 + 1_900 * wealth * wealth + random.nextInt(100)),
        LocalDate.ofEpochDay(LocalDate.of(2020, 1, 1).toEpochDay() + random.nextInt(2_000)),
        0.1 + 0.5 * random.nextDouble() * (0.5 + wealth / 2));
  }

  private static <T> T pick(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  /// As a row of the customer table.
  String row() {
    return """
        {"customer_id": "%s", "name": "%s", "city": "%s", "tier": "%s", "monthly_spend": %d, \
        "joined_on": "%s"}"""
        .formatted(id, name, city, tier, monthlySpend, joinedOn);
  }
}
