package sextant.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;

/// Compiles message types to the programs that translate them, each type once. Meant for start-up;
/// the programs themselves are thread-safe and free of locks.
public final class Programs {
  private final WriterCompiler writers = new WriterCompiler();
  private final ReaderCompiler readers = new ReaderCompiler();

  /// Returns the program from the wire to JSON.
  public synchronized JsonWriter writer(Descriptor type) {
    return new JsonWriter(writers.message(type));
  }

  /// Returns the program from JSON to the wire.
  public synchronized JsonReader reader(Descriptor type) {
    return new JsonReader(type, readers.message(type));
  }
}
