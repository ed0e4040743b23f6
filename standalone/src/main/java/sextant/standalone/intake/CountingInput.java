package sextant.standalone.intake;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file's bytes, counted as they are read.
final class CountingInput extends FilterInputStream {

  private static final int BUFFER = 1 << 16;

  private volatile long count;

  private CountingInput(InputStream file) {
    super(file);
  }

  static CountingInput open(Path file) throws IOException {
    return new CountingInput(new BufferedInputStream(Files.newInputStream(file), BUFFER));
  }

  long count() {
    return count;
  }

  /// Whether the first character that is no white space is `wanted`. Consumes nothing.
  boolean startsWith(char wanted) throws IOException {
    in.mark(BUFFER);
    int first = in.read();
    for (int read = 1; read < BUFFER && first >= 0 && first <= ' '; read++) {
      first = in.read();
    }
    in.reset();
    return first == wanted;
  }

  /// As text. Bytes that are no UTF-8 end the import instead of turning into question marks.
  Reader text() {
    return new InputStreamReader(
        this,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  @Override
  public int read() throws IOException {
    int value = in.read();
    count += value < 0 ? 0 : 1;
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = in.read(bytes, offset, length);
    count += Math.max(read, 0);
    return read;
  }
}
