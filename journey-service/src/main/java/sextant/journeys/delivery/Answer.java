package sextant.journeys.delivery;

import java.time.Duration;

/// What an attempt met with.
sealed interface Answer {

  /// In words, for the trace.
  String inWords();

  /// The receiver has it.
  record Accepted(String inWords) implements Answer {}

  /// Not this time: no answer, or one that says nothing about the next attempt.
  ///
  /// @param pause how long the receiver asked to be left alone; zero when it did not
  record Failed(String inWords, Duration pause) implements Answer {}

  /// The receiver will never take it.
  record Refused(String inWords) implements Answer {}
}
