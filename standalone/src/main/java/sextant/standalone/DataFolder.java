package sextant.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Everything one mesh keeps: its database and its mesh key. A lock keeps a second mesh out for as
/// long as the process lives, however it ends.
final class DataFolder implements AutoCloseable {

  private static final int KEY_BYTES = 32;

  private final Path folder;
  private final FileChannel lock;

  private DataFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  static DataFolder open(Path path) {
    Path folder = Folders.createPrivate(path);
    Path file = folder.resolve("lock");
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!isLocked(channel)) {
        channel.close();
        throw new CommandFailure(
            "another mesh (process %s) already uses %s: stop it, or choose another folder with --data"
                .formatted(Files.readString(file).strip(), folder));
      }
      byte[] owner = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      channel.truncate(0).write(ByteBuffer.wrap(owner), 0);
      return new DataFolder(folder, channel);
    } catch (IOException failure) {
      throw new CommandFailure("cannot lock " + file + ": " + failure, failure);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException sameProcess) {
      return false;
    }
  }

  Path path() {
    return folder;
  }

  /// Where the embedded PostgreSQL keeps its files.
  Path postgres() {
    return folder.resolve("postgres");
  }

  Path meshKeyFile() {
    return folder.resolve("mesh.key");
  }

  /// The key that signs caller tokens, made on first use.
  byte[] meshKey() {
    try {
      if (!Files.exists(meshKeyFile())) {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Folders.writePrivate(meshKeyFile(), HexFormat.of().formatHex(key) + "\n");
      }
      return Files.readString(meshKeyFile()).strip().getBytes(StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
