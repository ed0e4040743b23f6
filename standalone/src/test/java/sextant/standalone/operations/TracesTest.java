package sextant.standalone.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.kit.telemetry.Telemetry;
import sextant.standalone.Call;
import sextant.standalone.MeshExtension;
import sextant.standalone.Reply;

/// One request, followed from the edge to its statements by what a collector receives.
class TracesTest {

  @RegisterExtension private static final MeshExtension mesh = MeshExtension.open();

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";
  private static final String TRACEPARENT = "00-" + TRACE + "-" + CALLER + "-01";
  private static final String METRICS = "/api/v1/behavioral-metrics";

  private record Span(String trace, String id, String parent, String name) {}

  @Test
  void aRequestIsOneTraceFromTheGatewayToItsStatements() throws IOException {
    List<Span> spans = new CopyOnWriteArrayList<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          try (exchange) {
            spans.addAll(spans(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    collector.start();
    try (Telemetry _ =
        Telemetry.start(
            "test",
            Map.of(
                "SEXTANT_TELEMETRY_HOST", "127.0.0.1",
                "SEXTANT_TELEMETRY_PORT", "0",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                    "http://127.0.0.1:" + collector.getAddress().getPort()))) {
      mesh.send(Call.get(METRICS).tenant("traced").with("traceparent", TRACEPARENT)).expect(200);
      Reply own = mesh.send(Call.get(METRICS + "/none").tenant("traced")).expect(404);
      assertThat(own.json().at("/error/traceId").asText()).matches("[0-9a-f]{32}");
    } finally {
      collector.stop(0);
    }
    List<Span> mine = spans.stream().filter(span -> span.trace().equals(TRACE)).toList();
    Span edge = only(mine, "GET " + METRICS);
    assertThat(edge.parent()).isEqualTo(CALLER);
    Span rpc = only(mine, "sextant.metrics.v1.MetricsService/ListMetrics");
    assertThat(rpc.parent()).isEqualTo(edge.id());
    assertThat(mine)
        .filteredOn(span -> span.name().equals("sql select"))
        .isNotEmpty()
        .allMatch(span -> span.parent().equals(rpc.id()));
  }

  @Test
  void errorsNameTheTraceOfTheirCaller() {
    Call bad = Call.get(METRICS + "?limit=x").tenant("traced");
    Reply traced = mesh.send(bad.with("traceparent", TRACEPARENT)).expect(400);
    assertThat(traced.json().at("/error/traceId").asText()).isEqualTo(TRACE);
    Reply unknown =
        mesh.send(Call.get("/api/v1/nothing").tenant("t").with("traceparent", TRACEPARENT))
            .expect(404);
    assertThat(unknown.json().at("/error/traceId").asText()).isEqualTo(TRACE);
    assertThat(mesh.send(Call.get(METRICS + "?limit=x").tenant("t")).expect(400).body())
        .doesNotContain("traceId");
  }

  private static Span only(List<Span> spans, String name) {
    List<Span> found = spans.stream().filter(span -> span.name().equals(name)).toList();
    assertThat(found).as(name + " in " + spans).hasSize(1);
    return found.getFirst();
  }

  /// ExportTraceServiceRequest: resource_spans = 1, scope_spans = 2, spans = 2; of a span the
  /// fields trace_id = 1, span_id = 2, parent_span_id = 4, name = 5.
  private static List<Span> spans(byte[] request) throws IOException {
    List<Span> spans = new ArrayList<>();
    for (ByteString resource : fields(UnknownFieldSet.parseFrom(request), 1)) {
      for (ByteString scope : fields(UnknownFieldSet.parseFrom(resource), 2)) {
        for (ByteString bytes : fields(UnknownFieldSet.parseFrom(scope), 2)) {
          UnknownFieldSet span = UnknownFieldSet.parseFrom(bytes);
          spans.add(
              new Span(
                  hex(span, 1),
                  hex(span, 2),
                  hex(span, 4),
                  fields(span, 5).getFirst().toStringUtf8()));
        }
      }
    }
    return spans;
  }

  private static List<ByteString> fields(UnknownFieldSet message, int number) {
    return message.getField(number).getLengthDelimitedList();
  }

  private static String hex(UnknownFieldSet message, int number) {
    List<ByteString> values = fields(message, number);
    return values.isEmpty() ? "" : HexFormat.of().formatHex(values.getFirst().toByteArray());
  }
}
