package sextant.gateway.route;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.QueryParams;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import sextant.gateway.error.HttpError;

/// One method and path. Usually one RPC; several when a query parameter tells them apart.
///
/// @param method the HTTP method
/// @param path the path of the first operation; the others differ at most in names of variables
/// @param operations all of them, in the order declared
/// @param dispatch how one of several is chosen
/// @param knownParameters every query parameter that any of them knows
public record Endpoint(
    HttpMethod method,
    PathTemplate path,
    List<Operation> operations,
    Optional<Dispatch> dispatch,
    Set<String> knownParameters) {

  /// The choice by query parameter.
  public record Dispatch(
      String parameter, Map<String, Operation> byValue, Optional<Operation> fallback) {}

  /// Fails with what is wrong when the operations cannot share their method and path.
  static Endpoint of(HttpMethod method, List<Operation> operations) {
    Operation first = operations.getFirst();
    Set<String> parameters = new TreeSet<>();
    operations.forEach(operation -> parameters.addAll(operation.reader().query().keySet()));
    if (operations.size() == 1 && !first.rpc().route().hasMatch()) {
      return new Endpoint(method, first.path(), operations, Optional.empty(), parameters);
    }
    Dispatch dispatch = dispatch(operations);
    parameters.add(dispatch.parameter());
    return new Endpoint(method, first.path(), operations, Optional.of(dispatch), parameters);
  }

  private static Dispatch dispatch(List<Operation> operations) {
    String where = operations.stream().map(Operation::where).collect(Collectors.joining(" and "));
    String parameter = operations.getFirst().rpc().route().getMatch().getParameter();
    Map<String, Operation> byValue = new LinkedHashMap<>();
    Optional<Operation> fallback = Optional.empty();
    for (Operation operation : operations) {
      var match = operation.rpc().route().getMatch();
      if (!operation.rpc().route().hasMatch() || match.getParameter().isEmpty()) {
        throw new IllegalArgumentException(where + " clash: no match tells them apart");
      }
      if (!match.getParameter().equals(parameter)) {
        throw new IllegalArgumentException(
            where
                + " are told apart by different parameters: "
                + parameter
                + " and "
                + match.getParameter());
      }
      if (match.getValue().isEmpty() || byValue.put(match.getValue(), operation) != null) {
        throw new IllegalArgumentException(
            where + " clash on " + parameter + "=" + match.getValue());
      }
      if (match.getDefault()) {
        if (fallback.isPresent()) {
          throw new IllegalArgumentException(where + " are more than one default");
        }
        fallback = Optional.of(operation);
      }
    }
    return new Dispatch(parameter, Map.copyOf(byValue), fallback);
  }

  /// Method and path as the contract has them.
  String name() {
    return method + " " + operations.getFirst().binding().path();
  }

  /// The operation that the query asks for.
  Operation select(QueryParams query) {
    if (dispatch.isEmpty()) {
      return operations.getFirst();
    }
    Dispatch choice = dispatch.get();
    List<String> values = query.getAll(choice.parameter());
    if (values.size() > 1) {
      throw HttpError.invalid(choice.parameter(), "is given more than once");
    }
    if (values.isEmpty()) {
      return choice
          .fallback()
          .orElseThrow(
              () -> HttpError.invalid(choice.parameter(), "is required; one of " + known(choice)));
    }
    Operation chosen = choice.byValue().get(values.getFirst());
    if (chosen == null) {
      throw HttpError.invalid(
          choice.parameter(),
          "unknown value \"" + values.getFirst() + "\"; one of " + known(choice));
    }
    return chosen;
  }

  private String known(Dispatch choice) {
    return operations.stream()
        .map(operation -> operation.rpc().route().getMatch().getValue())
        .collect(Collectors.joining(", "));
  }

  /// The largest body that any operation accepts.
  long maxBodyBytes() {
    return operations.stream().mapToLong(Operation::maxBodyBytes).max().orElseThrow();
  }
}
