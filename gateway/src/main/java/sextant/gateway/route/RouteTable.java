package sextant.gateway.route;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import sextant.gateway.auth.Authentication;
import sextant.gateway.contract.Contract;
import sextant.gateway.contract.ContractException;
import sextant.gateway.contract.HttpBinding;
import sextant.gateway.contract.Rpc;
import sextant.gateway.edge.EdgeConfig;
import sextant.gateway.limit.Admission;
import sextant.kit.rpc.CallerTokens;

/// Every route of the contract. Adding an RPC with its options to the contract is all that a new
/// route takes.
public final class RouteTable {

  /// Armeria cuts the connection where its own limit is, and some clients then lose the answer. So
  /// bodies a little too large are read, and refused by [EndpointService].
  private static final int HEADROOM = 2;

  private final List<Endpoint> endpoints;

  private RouteTable(List<Endpoint> endpoints) {
    this.endpoints = endpoints;
  }

  /// Fails with a [ContractException] that names everything wrong with the contract's HTTP rules.
  public static RouteTable compile(Contract contract) {
    OperationCompiler compiler = new OperationCompiler();
    List<String> problems = new ArrayList<>();
    Map<String, List<Operation>> groups = new LinkedHashMap<>();
    for (Rpc rpc : contract.rpcs()) {
      for (HttpBinding binding : rpc.bindings()) {
        try {
          Operation operation = compiler.compile(rpc, binding);
          groups
              .computeIfAbsent(
                  binding.httpMethod() + " " + operation.path().shape(), _ -> new ArrayList<>())
              .add(operation);
        } catch (IllegalArgumentException | IllegalStateException problem) {
          problems.add(
              "%s %s (%s): %s"
                  .formatted(
                      binding.httpMethod(), binding.path(), rpc.fullName(), problem.getMessage()));
        }
      }
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (List<Operation> operations : groups.values()) {
      try {
        String method = operations.getFirst().binding().httpMethod();
        endpoints.add(Endpoint.of(HttpMethod.valueOf(method), List.copyOf(operations)));
      } catch (IllegalArgumentException problem) {
        problems.add(problem.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new ContractException(problems);
    }
    return new RouteTable(List.copyOf(endpoints));
  }

  /// All of them, in the order declared.
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  /// Such as `POST /api/v1/segments`.
  public Set<String> names() {
    return endpoints.stream().map(Endpoint::name).collect(Collectors.toSet());
  }

  /// Adds one Armeria route per method and path, and one for everything else.
  public void addTo(
      ServerBuilder server,
      Authentication authentication,
      CallerTokens tokens,
      Upstreams upstreams,
      EdgeConfig edge,
      InstantSource time) {
    Admission admission = new Admission(edge.maxConcurrentRequests());
    for (Endpoint endpoint : endpoints) {
      Set<HttpMethod> methods =
          endpoint.method() == HttpMethod.GET
              ? Set.of(HttpMethod.GET, HttpMethod.HEAD)
              : Set.of(endpoint.method());
      server
          .route()
          .addRoute(Route.builder().path(endpoint.path().shape()).methods(methods).build())
          .maxRequestLength(endpoint.maxBodyBytes() * HEADROOM)
          .decorator(admission)
          .build(
              new EndpointService(
                  endpoint,
                  authentication,
                  tokens,
                  upstreams,
                  edge.rateLimits().of(endpoint.name(), time)));
    }
    server.serviceUnder("/", new UnknownRouteService(this));
  }

  /// The methods that a path has, `OPTIONS` included; empty for a path that has none.
  Set<String> methods(String path) {
    Set<String> methods = new TreeSet<>();
    for (Endpoint endpoint : endpoints) {
      if (endpoint.path().matches(path)) {
        methods.add(endpoint.method().name());
        if (endpoint.method() == HttpMethod.GET) {
          methods.add(HttpMethod.HEAD.name());
        }
      }
    }
    if (!methods.isEmpty()) {
      methods.add(HttpMethod.OPTIONS.name());
    }
    return methods;
  }
}
