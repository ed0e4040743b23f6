package sextant.gateway.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.linecorp.armeria.common.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import sextant.gateway.contract.Comments;
import sextant.gateway.route.Endpoint;
import sextant.gateway.route.Operation;
import sextant.gateway.route.RequestField;
import sextant.gateway.route.RequestReader;

/// One method and path in the document. Where a query parameter chooses among several RPCs, the
/// operation is their union, as OpenAPI knows one operation per method and path.
final class OperationDocs {

  private static final String IDEMPOTENCY_KEY = "idempotency-key";

  private final Comments comments;
  private final Schemas schemas;
  private final Set<String> ids = new TreeSet<>();

  OperationDocs(Comments comments, Schemas schemas) {
    this.comments = comments;
    this.schemas = schemas;
  }

  /// `journeys.Channels`: several domains may have a service of the same name.
  static String tag(ServiceDescriptor service) {
    String domain = service.getFile().getPackage().replaceFirst("\\.v\\d+$", "");
    return domain.substring(domain.lastIndexOf('.') + 1)
        + "."
        + service.getName().replaceFirst("Service$", "");
  }

  ObjectNode of(Endpoint endpoint) {
    List<Operation> operations = endpoint.operations();
    Operation first = operations.getFirst();
    ObjectNode docs = OpenApi.JSON.createObjectNode();
    docs.put("operationId", id(first));
    docs.putArray("tags").add(tag(first.rpc().method().getService()));
    String description = description(endpoint);
    docs.put("summary", description.split("(?<=\\.)\\s", 2)[0]);
    docs.put("description", description);
    ArrayNode parameters = docs.putArray("parameters");
    addPath(parameters, endpoint, first);
    addQuery(parameters, endpoint);
    addHeaders(parameters, operations);
    boolean keyed =
        endpoint.method() == HttpMethod.POST && addIdempotencyKey(parameters, operations);
    boolean hasBody = addBody(docs, operations);
    addResponses(docs.putObject("responses"), operations, hasBody, keyed);
    return docs;
  }

  private String id(Operation operation) {
    String name = operation.rpc().method().getName();
    String id = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    String free = id;
    for (int copy = 2; !ids.add(free); copy++) {
      free = id + copy;
    }
    return free;
  }

  private String description(Endpoint endpoint) {
    List<String> parts = new ArrayList<>();
    for (Operation operation : endpoint.operations()) {
      String comment = comments.of(operation.rpc().method());
      String choice =
          endpoint.dispatch().isEmpty()
              ? ""
              : "`%s=%s`: "
                  .formatted(
                      endpoint.dispatch().get().parameter(),
                      operation.rpc().route().getMatch().getValue());
      String role =
          operation.rpc().minimumRole().name().substring("ROLE_".length()).toLowerCase(Locale.ROOT);
      parts.add(choice + comment + "\n\nLeast role: " + role + ".");
    }
    return String.join("\n\n", parts);
  }

  private void addPath(ArrayNode parameters, Endpoint endpoint, Operation first) {
    List<String> names = endpoint.path().fieldPaths();
    for (int i = 0; i < names.size(); i++) {
      RequestField field = first.reader().path().get(i);
      parameter(parameters, names.get(i), "path", field).put("required", true);
    }
  }

  private void addQuery(ArrayNode parameters, Endpoint endpoint) {
    Map<String, RequestField> fields = new LinkedHashMap<>();
    Set<RequestField> inPath = new LinkedHashSet<>();
    for (Operation operation : endpoint.operations()) {
      operation.reader().query().forEach(fields::putIfAbsent);
      inPath.addAll(operation.reader().path());
    }
    endpoint
        .dispatch()
        .ifPresent(
            dispatch -> {
              fields.remove(dispatch.parameter());
              addDispatch(parameters, endpoint, dispatch);
            });
    boolean alone = endpoint.operations().size() == 1;
    fields.forEach(
        (name, field) -> {
          if (!inPath.contains(field)) {
            parameter(parameters, name, "query", field)
                .put("required", alone && Constraints.isRequired(field.leaf()));
          }
        });
  }

  private static void addDispatch(
      ArrayNode parameters, Endpoint endpoint, Endpoint.Dispatch dispatch) {
    ObjectNode parameter =
        parameters
            .addObject()
            .put("name", dispatch.parameter())
            .put("in", "query")
            .put("required", dispatch.fallback().isEmpty())
            .put("description", "Chooses what is done; see the description.");
    ObjectNode schema = parameter.putObject("schema").put("type", "string");
    ArrayNode values = schema.putArray("enum");
    endpoint
        .operations()
        .forEach(operation -> values.add(operation.rpc().route().getMatch().getValue()));
    dispatch
        .fallback()
        .ifPresent(
            operation -> schema.put("default", operation.rpc().route().getMatch().getValue()));
  }

  /// Every POST takes one; some have a request field for it, which is documented as such.
  private static boolean addIdempotencyKey(ArrayNode parameters, List<Operation> operations) {
    if (operations.stream().anyMatch(one -> one.reader().headers().containsKey(IDEMPOTENCY_KEY))) {
      return false;
    }
    parameters
        .addObject()
        .put("name", IDEMPOTENCY_KEY)
        .put("in", "header")
        .put(
            "description",
            "Makes the request safe to repeat: within 24 hours the same key gives the same answer"
                + " and does nothing again. 422 with another request, 409 while the first is"
                + " under way.")
        .putObject("schema")
        .put("type", "string")
        .put("minLength", 1)
        .put("maxLength", 255);
    return true;
  }

  private void addHeaders(ArrayNode parameters, List<Operation> operations) {
    Map<String, RequestField> headers = new TreeMap<>();
    operations.forEach(operation -> headers.putAll(operation.reader().headers()));
    headers.forEach((name, field) -> parameter(parameters, name, "header", field));
  }

  private ObjectNode parameter(
      ArrayNode parameters, String name, String place, RequestField field) {
    ObjectNode parameter = parameters.addObject().put("name", name).put("in", place);
    String comment = comments.of(field.leaf());
    if (!comment.isEmpty()) {
      parameter.put("description", comment);
    }
    parameter.set("schema", schemas.parameter(field.leaf()));
    return parameter;
  }

  /// Whether there is one.
  private boolean addBody(ObjectNode docs, List<Operation> operations) {
    Set<JsonNode> bodies = new LinkedHashSet<>();
    boolean optional = false;
    for (Operation operation : operations) {
      switch (operation.reader().body()) {
        case RequestReader.None _ -> optional = true;
        case RequestReader.Whole whole -> {
          JsonNode schema =
              schemas.request(operation.rpc().method().getInputType(), whole.exceptFields());
          optional |= !schemas.requiresAnything(operation.rpc().method().getInputType());
          bodies.add(schema);
        }
        case RequestReader.OneField one -> bodies.add(schemas.requestField(one.field()));
      }
    }
    if (bodies.isEmpty()) {
      return false;
    }
    ObjectNode body = docs.putObject("requestBody").put("required", !optional);
    body.putObject("content")
        .putObject("application/json")
        .set("schema", Schemas.oneOf(List.copyOf(bodies)));
    return true;
  }

  private void addResponses(
      ObjectNode responses, List<Operation> operations, boolean hasBody, boolean keyed) {
    Map<Integer, Set<JsonNode>> successes = new TreeMap<>();
    Set<Integer> errors = new TreeSet<>(keyed ? Set.of(409, 422) : Set.of());
    for (Operation operation : operations) {
      var writer = operation.writer();
      Set<JsonNode> answers = new LinkedHashSet<>();
      answers.add(
          writer
              .body()
              .map(field -> (JsonNode) schemas.responseField(field))
              .orElseGet(() -> schemas.response(operation.rpc().method().getOutputType())));
      writer.unwrapSingle().ifPresent(field -> answers.add(schemas.responseElement(field)));
      Set<Integer> statuses = new TreeSet<>();
      statuses.add(writer.status().code());
      writer.alternative().ifPresent(other -> statuses.add(other.status().code()));
      for (int status : statuses) {
        successes.computeIfAbsent(status, _ -> new LinkedHashSet<>()).addAll(answers);
      }
      errors.addAll(ErrorDocs.statuses(comments.of(operation.rpc().method()), hasBody));
    }
    successes.forEach(
        (status, answers) -> {
          ObjectNode response = responses.putObject(Integer.toString(status));
          response.put("description", status == 204 ? "Done; no body." : "Success.");
          if (status != 204) {
            response
                .putObject("content")
                .putObject("application/json")
                .set("schema", Schemas.oneOf(List.copyOf(answers)));
          }
        });
    errors.forEach(
        status ->
            responses
                .putObject(Integer.toString(status))
                .put("$ref", "#/components/responses/" + ErrorDocs.responseName(status)));
  }
}
