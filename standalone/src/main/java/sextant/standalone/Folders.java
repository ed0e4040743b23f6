package sextant.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/// Where things are kept on a user's machine, by the XDG rules.
public final class Folders {

  private Folders() {}

  /// Data that must survive: databases, keys, run files.
  public static Path dataHome() {
    return home("XDG_DATA_HOME", ".local/share");
  }

  /// Data that can be made again: the unpacked PostgreSQL programs.
  public static Path cacheHome() {
    return home("XDG_CACHE_HOME", ".cache");
  }

  private static Path home(String variable, String fallback) {
    String folder = System.getenv().getOrDefault(variable, "");
    Path base =
        folder.startsWith("/")
            ? Path.of(folder)
            : Path.of(System.getProperty("user.home"), fallback);
    return base.resolve("sextant");
  }

  /// Creates a folder that only its owner may enter.
  public static Path createPrivate(Path folder) {
    try {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      return folder.toRealPath();
    } catch (IOException failure) {
      throw new CommandFailure("cannot create the folder " + folder + ": " + failure, failure);
    }
  }

  /// Writes a file that only its owner may read. Readers see the old content or the new, no part.
  public static void writePrivate(Path file, String content) {
    try {
      Path fresh =
          Files.createTempFile(
              file.getParent(),
              file.getFileName().toString(),
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(fresh, content);
      Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
