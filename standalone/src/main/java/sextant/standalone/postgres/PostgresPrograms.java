package sextant.standalone.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;
import sextant.standalone.CommandFailure;
import sextant.standalone.Folders;

/// The PostgreSQL programs of the class path, unpacked once per version into the user's cache.
final class PostgresPrograms {

  private final Path folder;

  private PostgresPrograms(Path folder) {
    this.folder = folder;
  }

  Path program(String name) {
    return folder.resolve("bin").resolve(name);
  }

  static PostgresPrograms unpack() {
    String name = "postgres-" + system() + "-" + architecture() + ".txz";
    URL archive = PostgresPrograms.class.getClassLoader().getResource(name);
    if (archive == null) {
      throw new CommandFailure(
          "this build has no PostgreSQL for "
              + system()
              + " on "
              + architecture()
              + ": use an own server with --database-url");
    }
    try {
      // The checksum tells versions apart without reading the archive.
      long checksum = ((JarURLConnection) archive.openConnection()).getJarEntry().getCrc();
      Path folder = Folders.cacheHome().resolve("postgresql-%08x".formatted(checksum));
      if (!Files.exists(folder)) {
        unpack(archive, folder);
      }
      return new PostgresPrograms(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Into a folder of its own first: an interrupted or concurrent run leaves nothing half done.
  private static void unpack(URL archive, Path folder) throws IOException {
    Files.createDirectories(folder.getParent());
    Path fresh = Files.createTempDirectory(folder.getParent(), "unpacking-");
    try (InputStream bytes = archive.openStream();
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new BufferedInputStream(new XZInputStream(bytes), 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, fresh.resolve(entry.getName()).normalize());
      }
    }
    try {
      Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (DirectoryNotEmptyException | FileAlreadyExistsException alreadyThere) {
      Folders.delete(fresh);
    } catch (AtomicMoveNotSupportedException odd) {
      throw new IOException("cannot rename folders in " + folder.getParent(), odd);
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, target);
    boolean executable = (entry.getMode() & 0100) != 0;
    Files.setPosixFilePermissions(
        target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private static String system() {
    return System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64" -> "arm_64";
      case String other -> other;
    };
  }
}
