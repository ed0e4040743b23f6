package sextant.gateway.route;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import sextant.gateway.error.HttpError;
import sextant.gateway.error.HttpError.Detail;
import sextant.gateway.json.JsonReader;
import sextant.gateway.json.Parsed;
import sextant.gateway.json.WireBuffer;

/// Makes the request message of one RPC, on the wire, from body, query, headers and path. Later
/// ones win: protobuf keeps the last value of a field, so the path beats the query. All faults are
/// reported together.
///
/// @param json program for the request message
/// @param body what the HTTP body is
/// @param path the fields that the variables of the path fill, in its order
/// @param query the fields that query parameters may fill, by parameter
/// @param headers the fields that a header fills when nothing else does, by header
public record RequestReader(
    JsonReader json,
    Body body,
    List<RequestField> path,
    Map<String, RequestField> query,
    Map<String, RequestField> headers) {

  /// What the HTTP body is to the request message.
  public sealed interface Body {}

  /// There is none; an empty JSON object passes for none.
  public record None() implements Body {}

  /// The whole message but the fields that the path fills.
  public record Whole(Set<FieldDescriptor> exceptFields) implements Body {}

  /// The value of one field.
  public record OneField(FieldDescriptor field) implements Body {}

  /// A request, ready to send.
  record Message(byte[] wire, boolean loneElement) {}

  private static final byte[] EMPTY_OBJECT = {'{', '}'};
  private static final int MAX_IGNORED_BODY = 64;

  /// `ignored`: parameters that are known although this RPC has no use for them.
  Message read(ServiceRequestContext ctx, AggregatedHttpRequest request, Set<String> ignored) {
    List<Detail> faults = new ArrayList<>();
    WireBuffer out = new WireBuffer();
    Parsed parsed = readBody(request);
    parsed
        .problems()
        .forEach(problem -> faults.add(new Detail(problem.field(), problem.message())));
    out.append(parsed.wire());
    Set<RequestField> filled = readQuery(ctx, ignored, out, faults);
    headers.forEach(
        (header, field) -> {
          String value = request.headers().get(header);
          if (value != null
              && !parsed.present().contains(field.leaf())
              && !filled.contains(field)) {
            append(out, field, value, header, faults);
          }
        });
    for (int i = 0; i < path.size(); i++) {
      String value = ctx.pathParam(PathTemplate.parameter(i));
      append(out, path.get(i), value, path.get(i).jsonPath(), faults);
    }
    if (!faults.isEmpty()) {
      throw HttpError.invalid(faults);
    }
    return new Message(out.toByteArray(), parsed.loneElement());
  }

  private Parsed readBody(AggregatedHttpRequest request) {
    HttpData content = request.content();
    Parsed nothing = new Parsed(new byte[0], Set.of(), false, List.of());
    return switch (body) {
      case None _ -> {
        if (!isEmpty(content)) {
          throw HttpError.invalid("", "this route takes no body");
        }
        yield nothing;
      }
      case Whole whole -> json.read(document(request), whole.exceptFields());
      case OneField one ->
          content.isEmpty() ? nothing : json.readField(document(request), one.field());
    };
  }

  /// Clients that always send a body send `{}` where there is nothing to say.
  private static boolean isEmpty(HttpData content) {
    return content.isEmpty()
        || content.length() <= MAX_IGNORED_BODY
            && content.toString(StandardCharsets.UTF_8).strip().matches("(\\{\\s*})?");
  }

  private static byte[] document(AggregatedHttpRequest request) {
    if (request.content().isEmpty()) {
      return EMPTY_OBJECT;
    }
    MediaType type = request.contentType();
    if (type == null
        || !type.is(MediaType.JSON)
        || !type.charset(StandardCharsets.UTF_8).equals(StandardCharsets.UTF_8)) {
      throw HttpError.unsupportedMediaType(
          "the body must be application/json in UTF-8, Content-Type says "
              + request.headers().get(HttpHeaderNames.CONTENT_TYPE, "nothing"));
    }
    String encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw HttpError.unsupportedMediaType(
          "the body must not be compressed, Content-Encoding says " + encoding);
    }
    return request.content().array();
  }

  private Set<RequestField> readQuery(
      ServiceRequestContext ctx, Set<String> ignored, WireBuffer out, List<Detail> faults) {
    if (ctx.query() == null || ctx.query().isEmpty()) {
      return Set.of();
    }
    Set<RequestField> filled = new HashSet<>();
    QueryParams given = ctx.queryParams();
    for (String name : given.names()) {
      RequestField field = query.get(name);
      if (field == null) {
        if (!ignored.contains(name)) {
          faults.add(new Detail(name, unknown(ignored)));
        }
        continue;
      }
      List<String> values = given.getAll(name);
      if (!field.leaf().isRepeated() && (values.size() > 1 || filled.contains(field))) {
        faults.add(new Detail(name, "is given more than once"));
        continue;
      }
      filled.add(field);
      values.forEach(value -> append(out, field, value, name, faults));
    }
    return filled;
  }

  private String unknown(Set<String> ignored) {
    Set<String> known = new TreeSet<>(query.keySet());
    known.addAll(ignored);
    return known.isEmpty()
        ? "is not a parameter of this route; it has none"
        : "is not a parameter of this route; known: " + String.join(", ", known);
  }

  private static void append(
      WireBuffer out, RequestField field, String value, String place, List<Detail> faults) {
    field
        .append(out, value, place)
        .ifPresent(problem -> faults.add(new Detail(problem.field(), problem.message())));
  }
}
