package sextant.bench;

/// Something measured against a baseline. To add one: a class with this method, and its line in
/// [Bench].
@FunctionalInterface
public interface Benchmark {

  /// Makes its data in the size of `run` and measures with [Run#compare].
  void measure(Run run) throws Exception;
}
