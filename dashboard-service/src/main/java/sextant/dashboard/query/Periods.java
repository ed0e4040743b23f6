package sextant.dashboard.query;

import sextant.dashboard.v1.Period;
import sextant.kit.rpc.Timestamps;

/// What an answer says about its window.
final class Periods {

  private Periods() {}

  static Period of(int days, Window window) {
    return Period.newBuilder()
        .setDays(Window.orDefault(days))
        .setSince(Timestamps.of(window.start()))
        .build();
  }
}
