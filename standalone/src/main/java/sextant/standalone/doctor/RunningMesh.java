package sextant.standalone.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import sextant.standalone.RunFile;

/// The mesh on a port, or the ports for one.
final class RunningMesh {

  private static final int LAST_PORT = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final int port;
  private final HttpClient http;

  RunningMesh(int port, HttpClient http) {
    this.port = port;
    this.http = http;
  }

  List<Finding> findings() {
    return RunFile.find(port).map(this::ofMesh).orElseGet(() -> List.of(ports()));
  }

  private List<Finding> ofMesh(RunFile mesh) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.well("a mesh runs on port %d, process %d, data %s", port, mesh.pid(), mesh.data()));
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/readyz"))
              .timeout(PATIENCE)
              .build();
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      findings.add(
          answer.statusCode() == 200
              ? Finding.well("it is ready")
              : Finding.ill("it is not ready: %s", answer.body()));
    } catch (IOException failure) {
      findings.add(Finding.ill("it does not answer: %s; see its log", failure));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return findings;
  }

  private Finding ports() {
    List<Integer> taken =
        IntStream.rangeClosed(port, port + LAST_PORT).filter(RunningMesh::isTaken).boxed().toList();
    return taken.isEmpty()
        ? Finding.well("ports %d to %d are free", port, port + LAST_PORT)
        : Finding.ill("ports %s are in use: stop what uses them, or choose another --port", taken);
  }

  private static boolean isTaken(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress("127.0.0.1", port));
      return false;
    } catch (IOException taken) {
      return true;
    }
  }
}
