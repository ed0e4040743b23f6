package sextant.gateway.contract;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.List;
import java.util.stream.Stream;
import sextant.access.v1.AccessProto;
import sextant.access.v1.Role;
import sextant.http.v1.HttpProto;
import sextant.http.v1.Route;

/// An RPC that is served over HTTP, with everything its options say.
///
/// @param method its descriptor
/// @param route success statuses, query dispatch, limits
/// @param minimumRole the least role that may call; unspecified when the contract forgot it
/// @param bindings the HTTP rule and its additional ones
public record Rpc(
    MethodDescriptor method, Route route, Role minimumRole, List<HttpBinding> bindings) {

  static Rpc of(MethodDescriptor method) {
    HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
    return new Rpc(
        method,
        method.getOptions().getExtension(HttpProto.route),
        method.getOptions().getExtension(AccessProto.allow).getMinimum(),
        Stream.concat(Stream.of(rule), rule.getAdditionalBindingsList().stream())
            .map(HttpBinding::of)
            .toList());
  }

  /// The name gRPC calls it by: `sextant.metrics.v1.MetricsService/GetMetric`.
  public String fullName() {
    return method.getService().getFullName() + "/" + method.getName();
  }

  public String packageName() {
    return method.getFile().getPackage();
  }
}
