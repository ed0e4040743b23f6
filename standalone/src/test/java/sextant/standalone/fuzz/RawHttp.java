package sextant.standalone.fuzz;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// HTTP/1.1 without a client's good manners: sends whatever bytes it is given.
final class RawHttp implements AutoCloseable {

  /// What came back. `headers` by name in lower case.
  record Response(int status, Map<String, String> headers, byte[] body) {

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private static final int HANG_MILLIS = 20_000;

  private final int port;
  private Socket socket;
  private InputStream in;

  RawHttp(int port) {
    this.port = port;
  }

  /// Sends and waits for the whole answer. `head`: no body follows the answer's headers.
  Response send(byte[] request, boolean head) throws IOException {
    boolean reused = socket != null;
    try {
      return exchange(request, head);
    } catch (EOFException | java.net.SocketException closed) {
      reset();
      if (!reused) {
        throw closed;
      }
      // The connection may have ended before; a fresh one tells.
      return exchange(request, head);
    }
  }

  private Response exchange(byte[] request, boolean head) throws IOException {
    if (socket == null) {
      socket = new Socket("127.0.0.1", port);
      socket.setSoTimeout(HANG_MILLIS);
      in = new BufferedInputStream(socket.getInputStream());
    }
    socket.getOutputStream().write(request);
    String status = line();
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(),
          line.substring(colon + 1).strip(),
          (one, other) -> one + ", " + other);
    }
    int code = Integer.parseInt(status.split(" ")[1]);
    byte[] body = head || code == 204 || code == 304 ? new byte[0] : body(headers);
    if (headers.getOrDefault("connection", "").equalsIgnoreCase("close")) {
      reset();
    }
    return new Response(code, headers, body);
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if (headers.containsKey("content-length")) {
      return read(Integer.parseInt(headers.get("content-length")));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (headers.getOrDefault("transfer-encoding", "").contains("chunked")) {
      for (int size = Integer.parseInt(line(), 16); ; size = Integer.parseInt(line(), 16)) {
        body.write(read(size));
        line();
        if (size == 0) {
          return body.toByteArray();
        }
      }
    }
    in.transferTo(body);
    reset();
    return body.toByteArray();
  }

  private byte[] read(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer ends early");
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("no answer");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    reset();
  }

  /// The next request takes a new connection.
  void reset() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
