package sextant.gateway.route;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.linecorp.armeria.common.HttpStatus;
import io.grpc.MethodDescriptor;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import sextant.access.v1.Role;
import sextant.gateway.contract.HttpBinding;
import sextant.gateway.contract.Rpc;
import sextant.gateway.json.Programs;
import sextant.http.v1.HttpProto;
import sextant.http.v1.Route;

/// Compiles one HTTP rule of one RPC. Everything that could go wrong with a rule goes wrong here,
/// at start-up, with an [IllegalArgumentException] that says what.
final class OperationCompiler {

  private static final long DEFAULT_MAX_BODY_BYTES = 1 << 20;
  private static final long MAX_BODY_BYTES = 64 << 20;
  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH");
  private static final Set<Integer> SUCCESS = Set.of(200, 201, 202, 204);

  private final Programs programs = new Programs();

  Operation compile(Rpc rpc, HttpBinding binding) {
    require(
        METHODS.contains(binding.httpMethod()),
        "the HTTP method must be one of GET, POST, PUT, DELETE, PATCH");
    require(
        !rpc.method().isClientStreaming() && !rpc.method().isServerStreaming(),
        "a streaming RPC has no HTTP form");
    require(rpc.minimumRole() != Role.ROLE_UNSPECIFIED, "no allow rule says who may call");
    PathTemplate path = PathTemplate.parse(binding.path());
    long maxBody = rpc.route().getMaxBodyBytes();
    require(
        maxBody >= 0 && maxBody <= MAX_BODY_BYTES,
        "max_body_bytes must be at most " + MAX_BODY_BYTES);
    return new Operation(
        rpc,
        binding,
        path,
        reader(rpc, binding, path),
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(rpc.fullName())
            .setRequestMarshaller(WireMarshaller.INSTANCE)
            .setResponseMarshaller(WireMarshaller.INSTANCE)
            .build(),
        writer(rpc, binding),
        maxBody == 0 ? DEFAULT_MAX_BODY_BYTES : maxBody);
  }

  private RequestReader reader(Rpc rpc, HttpBinding binding, PathTemplate template) {
    Descriptor request = rpc.method().getInputType();
    List<RequestField> path =
        template.fieldPaths().stream().map(field -> pathField(request, field)).toList();
    require(
        new HashSet<>(path).size() == path.size(), "the path names the same field more than once");
    RequestReader.Body body = body(binding, request, path);
    Map<String, RequestField> query =
        switch (body) {
          case RequestReader.Whole _ -> Map.of();
          case RequestReader.OneField one ->
              QueryFields.of(request, field -> !field.equals(one.field()));
          case RequestReader.None _ -> QueryFields.of(request, _ -> true);
        };
    return new RequestReader(programs.reader(request), body, path, query, headers(request));
  }

  private static RequestField pathField(Descriptor request, String fieldPath) {
    RequestField field = RequestField.of(request, fieldPath);
    require(field.isScalar(), "the path field \"" + fieldPath + "\" is no single scalar");
    return field;
  }

  private static RequestReader.Body body(
      HttpBinding binding, Descriptor request, List<RequestField> path) {
    if (binding.body().isEmpty()) {
      return new RequestReader.None();
    }
    require(
        !binding.httpMethod().equals("GET") && !binding.httpMethod().equals("DELETE"),
        "a " + binding.httpMethod() + " has no body");
    if (binding.body().equals("*")) {
      Set<FieldDescriptor> topLevel = new HashSet<>();
      path.stream()
          .filter(field -> field.path().size() == 1)
          .forEach(field -> topLevel.add(field.leaf()));
      return new RequestReader.Whole(Set.copyOf(topLevel));
    }
    FieldDescriptor field =
        topLevel(request, binding.body(), "body", _ -> true, "a field of the request");
    require(
        path.stream().noneMatch(variable -> variable.path().getFirst().equals(field)),
        "the body is a field that the path fills");
    return new RequestReader.OneField(field);
  }

  private static Map<String, RequestField> headers(Descriptor request) {
    Map<String, RequestField> headers = new TreeMap<>();
    for (FieldDescriptor field : request.getFields()) {
      String header = field.getOptions().getExtension(HttpProto.field).getHeader();
      if (!header.isEmpty()) {
        RequestField target = new RequestField(List.of(field));
        require(target.isScalar(), "the header field " + field.getName() + " is no single scalar");
        require(
            headers.put(header.toLowerCase(Locale.ROOT), target) == null,
            "two fields are filled by the header " + header);
      }
    }
    return Map.copyOf(headers);
  }

  private ResponseWriter writer(Rpc rpc, HttpBinding binding) {
    Descriptor response = rpc.method().getOutputType();
    Route route = rpc.route();
    Optional<ResponseWriter.Alternative> alternative =
        !route.hasAlternative()
            ? Optional.empty()
            : Optional.of(
                new ResponseWriter.Alternative(
                    topLevel(
                        response,
                        route.getAlternative().getField(),
                        "alternative.field",
                        field -> field.getJavaType() == JavaType.BOOLEAN && !field.isRepeated(),
                        "a boolean field of the response"),
                    success(route.getAlternative().getStatus(), "alternative.status")));
    Optional<FieldDescriptor> body =
        named(response, binding.responseBody(), "response_body", _ -> true, "a field");
    Optional<FieldDescriptor> unwrapSingle =
        named(
            response,
            route.getUnwrapSingle(),
            "unwrap_single",
            field -> field.isRepeated() && !field.isMapField(),
            "a repeated field");
    int status = route.getSuccessStatus() == 0 ? 200 : route.getSuccessStatus();
    return new ResponseWriter(
        programs.writer(response),
        success(status, "success_status"),
        alternative,
        body,
        unwrapSingle);
  }

  private static Optional<FieldDescriptor> named(
      Descriptor response,
      String name,
      String option,
      Predicate<FieldDescriptor> fits,
      String expected) {
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(topLevel(response, name, option, fits, expected + " of the response"));
  }

  private static FieldDescriptor topLevel(
      Descriptor type,
      String name,
      String option,
      Predicate<FieldDescriptor> fits,
      String expected) {
    FieldDescriptor field = type.findFieldByName(name);
    require(
        field != null && fits.test(field),
        option + " must name " + expected + "; \"" + name + "\" in " + type.getName() + " is none");
    return field;
  }

  private static HttpStatus success(int status, String option) {
    require(SUCCESS.contains(status), option + " must be one of 200, 201, 202, 204");
    return HttpStatus.valueOf(status);
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem);
    }
  }
}
