package sextant.standalone;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import sextant.kit.rpc.CallerTokens;

/// What a running mesh leaves for other commands to find it by: `run/<port>.properties`.
///
/// @param pid the process of the mesh
/// @param gateway base url of the JSON API
/// @param grpcTargets `host:port` of the services, by name such as `metrics`
/// @param data the folder the mesh keeps its data in
/// @param meshKey the file with the key that signs caller tokens
public record RunFile(
    long pid, String gateway, Map<String, String> grpcTargets, Path data, Path meshKey) {

  private static final String GRPC = "grpc.";

  private static Path folder() {
    return Folders.dataHome().resolve("run");
  }

  private static Path of(int gatewayPort) {
    return folder().resolve(gatewayPort + ".properties");
  }

  /// The mesh whose gateway listens on `gatewayPort`, or empty when none runs there.
  public static Optional<RunFile> find(int gatewayPort) {
    return read(of(gatewayPort)).filter(RunFile::isAlive);
  }

  /// The mesh on `gatewayPort`; fails with what to do when there is none.
  public static RunFile require(int gatewayPort) {
    return find(gatewayPort)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "no mesh runs on port %d: start one with ./sextant up, or name its --port"
                        .formatted(gatewayPort)));
  }

  /// What signs calls to the mesh's services.
  public CallerTokens callerTokens() {
    try {
      byte[] key = Files.readString(meshKey).strip().getBytes(StandardCharsets.UTF_8);
      return new CallerTokens(List.of(key), InstantSource.system());
    } catch (IOException failure) {
      throw new CommandFailure("cannot read the mesh key " + meshKey + ": " + failure, failure);
    }
  }

  private boolean isAlive() {
    return ProcessHandle.of(pid).isPresent();
  }

  private static Optional<RunFile> read(Path file) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(Files.readString(file)));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Map<String, String> targets = new TreeMap<>();
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(GRPC)) {
        targets.put(name.substring(GRPC.length()), properties.getProperty(name));
      }
    }
    return Optional.of(
        new RunFile(
            Long.parseLong(properties.getProperty("pid")),
            properties.getProperty("gateway"),
            targets,
            Path.of(properties.getProperty("data")),
            Path.of(properties.getProperty("mesh.key"))));
  }

  void write(int gatewayPort) {
    Properties properties = new Properties();
    properties.setProperty("pid", Long.toString(pid));
    properties.setProperty("gateway", gateway);
    grpcTargets.forEach((name, target) -> properties.setProperty(GRPC + name, target));
    properties.setProperty("data", data.toString());
    properties.setProperty("mesh.key", meshKey.toString());
    StringWriter text = new StringWriter();
    try {
      properties.store(text, null);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    Folders.createPrivate(folder());
    deleteStale();
    Folders.writePrivate(of(gatewayPort), text.toString());
  }

  /// Files of meshes that were killed.
  private static void deleteStale() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(), "*.properties")) {
      for (Path file : files) {
        if (read(file).filter(RunFile::isAlive).isEmpty()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static void delete(int gatewayPort) {
    try {
      Files.deleteIfExists(of(gatewayPort));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
