package sextant.gateway.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import sextant.gateway.contract.Contract;
import sextant.gateway.route.Endpoint;
import sextant.gateway.route.RouteTable;

/// The OpenAPI 3.1 document, made once at start-up from the same plans that serve the routes and
/// from the comments and constraints of the contract.
public final class OpenApi {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final String DESCRIPTION =
      """
      Behavioral metrics, segments, journeys and dashboards.

      Requests carry `X-API-Key` or `Authorization: Bearer`; a gateway started with \
      SEXTANT_AUTH=open takes `X-Tenant-Id` alone. Every error has the shape of the schema `Error`. \
      Unknown fields and parameters are refused with 400.
      """;

  private final byte[] document;

  private OpenApi(byte[] document) {
    this.document = document;
  }

  public static OpenApi of(Contract contract, RouteTable routes) {
    ObjectNode root = JSON.createObjectNode();
    root.put("openapi", "3.1.0");
    root.putObject("info")
        .put("title", "Sextant")
        .put("version", "1")
        .put("description", DESCRIPTION);
    root.putArray("servers").addObject().put("url", "/");
    addSecurity(root);
    addTags(root, contract, routes);
    Schemas schemas = new Schemas(contract.comments(), routes);
    OperationDocs operations = new OperationDocs(contract.comments(), schemas);
    ObjectNode paths = root.putObject("paths");
    for (Endpoint endpoint : routes.endpoints()) {
      ObjectNode path = paths.withObjectProperty(endpoint.path().text());
      path.set(endpoint.method().name().toLowerCase(Locale.ROOT), operations.of(endpoint));
    }
    ObjectNode components = root.putObject("components");
    components.set("schemas", schemas.components());
    components.set("responses", ErrorDocs.responses());
    addSecuritySchemes(components);
    try {
      return new OpenApi(JSON.writeValueAsBytes(root));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree of JSON cannot be written", impossible);
    }
  }

  private static void addSecurity(ObjectNode root) {
    var choices = root.putArray("security");
    choices.addObject().putArray("apiKey");
    choices.addObject().putArray("bearer");
    choices.addObject().putArray("tenant");
  }

  private static void addSecuritySchemes(ObjectNode components) {
    ObjectNode schemes = components.putObject("securitySchemes");
    schemes
        .putObject("apiKey")
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "X-API-Key")
        .put("description", "A key made by `POST /api/v1/api-keys`.");
    schemes
        .putObject("bearer")
        .put("type", "http")
        .put("scheme", "bearer")
        .put("description", "The same key.");
    schemes
        .putObject("tenant")
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "X-Tenant-Id")
        .put(
            "description",
            "Enough by itself only where SEXTANT_AUTH=open; with a key it must agree with it.");
  }

  private static void addTags(ObjectNode root, Contract contract, RouteTable routes) {
    Set<ServiceDescriptor> services = new LinkedHashSet<>();
    routes
        .endpoints()
        .forEach(
            endpoint ->
                endpoint
                    .operations()
                    .forEach(operation -> services.add(operation.rpc().method().getService())));
    var tags = root.putArray("tags");
    services.forEach(
        service ->
            tags.addObject()
                .put("name", OperationDocs.tag(service))
                .put("description", contract.comments().of(service)));
  }

  /// Serves the document.
  public HttpService service() {
    return (_, _) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, HttpData.wrap(document));
  }

  /// The document as it is served.
  byte[] document() {
    return document.clone();
  }
}
