package sextant.gateway.route;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Carries messages as the bytes they are.
enum WireMarshaller implements Marshaller<byte[]> {
  INSTANCE;

  @Override
  public InputStream stream(byte[] message) {
    return new ByteArrayInputStream(message);
  }

  /// Reads into an array of just the right size when gRPC knows it, which it almost always does.
  @Override
  public byte[] parse(InputStream stream) {
    try {
      if (!(stream instanceof KnownLength)) {
        return stream.readAllBytes();
      }
      byte[] message = new byte[stream.available()];
      if (stream.readNBytes(message, 0, message.length) < message.length) {
        throw new EOFException("a message is shorter than announced");
      }
      return message;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
