package sextant.standalone;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/// What a running mesh leaves for other commands to find it by: `run/<port>.properties`.
///
/// @param pid the process of the mesh
/// @param gateway base url of the JSON API
/// @param grpcPorts TCP ports of the services, by name such as `metrics`
/// @param data the folder the mesh keeps its data in
/// @param meshKey the file with the key that signs caller tokens
public record RunFile(
    long pid, String gateway, Map<String, Integer> grpcPorts, Path data, Path meshKey) {

  private static final String GRPC = "grpc.";

  private static Path of(int gatewayPort) {
    return Folders.dataHome().resolve("run").resolve(gatewayPort + ".properties");
  }

  /// The mesh whose gateway listens on `gatewayPort`, or empty when none runs there.
  public static Optional<RunFile> find(int gatewayPort) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(Files.readString(of(gatewayPort))));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Map<String, Integer> ports = new TreeMap<>();
    for (String name : properties.stringPropertyNames()) {
      if (name.startsWith(GRPC)) {
        ports.put(name.substring(GRPC.length()), Integer.valueOf(properties.getProperty(name)));
      }
    }
    RunFile run =
        new RunFile(
            Long.parseLong(properties.getProperty("pid")),
            properties.getProperty("gateway"),
            ports,
            Path.of(properties.getProperty("data")),
            Path.of(properties.getProperty("mesh.key")));
    return ProcessHandle.of(run.pid).isPresent() ? Optional.of(run) : Optional.empty();
  }

  void write(int gatewayPort) {
    Properties properties = new Properties();
    properties.setProperty("pid", Long.toString(pid));
    properties.setProperty("gateway", gateway);
    grpcPorts.forEach((name, port) -> properties.setProperty(GRPC + name, port.toString()));
    properties.setProperty("data", data.toString());
    properties.setProperty("mesh.key", meshKey.toString());
    StringWriter text = new StringWriter();
    try {
      properties.store(text, null);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    Path file = of(gatewayPort);
    Folders.createPrivate(file.getParent());
    Folders.writePrivate(file, text.toString());
  }

  static void delete(int gatewayPort) {
    try {
      Files.deleteIfExists(of(gatewayPort));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
