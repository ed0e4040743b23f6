package sextant.gateway.json;

/// Bytes that are not the protobuf wire form of the expected message. Says that the sender is at
/// fault, never the client whose request is being answered.
public final class MalformedWireException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedWireException(String message) {
    super(message);
  }

  private MalformedWireException(String message, boolean writableStackTrace) {
    super(message, null, false, writableStackTrace);
  }

  /// Never leaves this package, and is cheap.
  static MalformedWireException outOfOrder() {
    return new MalformedWireException("fields are not in order", false);
  }
}
