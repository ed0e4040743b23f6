package sextant.kit.mesh;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.ExtensionRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/// How calls are spread over replicas and which are repeated, as gRPC's service config.
///
/// Replicas take turns. One that reports itself not serving gets no calls; one whose calls nearly
/// all fail, while others' do not, is left alone for a while, unless that were more than half of
/// them. A call that found nobody is repeated when the contract says that repeating does no harm: a
/// GET, or an RPC with an `idempotency_level`. Repeats stop when more than about a tenth of the
/// calls need one, so that they never add to an outage.
final class CallPolicy {

  private static final String CONTRACT = "/sextant/contract.desc";

  private static final Map<String, ?> SERVICE_CONFIG =
      Map.of(
          "loadBalancingConfig", List.of(Map.of("outlier_detection_experimental", outliers())),
          "healthCheckConfig", Map.of("serviceName", ""),
          "methodConfig", List.of(Map.of("name", repeatable(), "retryPolicy", retry())),
          "retryThrottling", Map.of("maxTokens", 20.0, "tokenRatio", 0.1));

  private CallPolicy() {}

  static Map<String, ?> serviceConfig() {
    return SERVICE_CONFIG;
  }

  /// Failures include what clients did wrong, so only nearly all of many count.
  private static Map<String, ?> outliers() {
    return Map.of(
        "interval",
        "2s",
        "baseEjectionTime",
        "5s",
        "maxEjectionTime",
        "60s",
        "maxEjectionPercent",
        50.0,
        "failurePercentageEjection",
        Map.of(
            "threshold", 95.0,
            "enforcementPercentage", 100.0,
            "minimumHosts", 2.0,
            "requestVolume", 20.0),
        "childPolicy",
        List.of(Map.of("round_robin", Map.of())));
  }

  private static Map<String, ?> retry() {
    return Map.of(
        "maxAttempts",
        4.0,
        "initialBackoff",
        "0.05s",
        "maxBackoff",
        "1s",
        "backoffMultiplier",
        3.0,
        "retryableStatusCodes",
        List.of("UNAVAILABLE"));
  }

  private static List<Map<String, ?>> repeatable() {
    return contract().getFileList().stream()
        .flatMap(
            file ->
                file.getServiceList().stream()
                    .flatMap(
                        service ->
                            service.getMethodList().stream()
                                .filter(CallPolicy::isRepeatable)
                                .<Map<String, ?>>map(
                                    method -> name(file, service.getName(), method.getName()))))
        .toList();
  }

  private static Map<String, String> name(FileDescriptorProto file, String service, String method) {
    return Map.of("service", file.getPackage() + "." + service, "method", method);
  }

  static boolean isRepeatable(MethodDescriptorProto method) {
    MethodOptions options = method.getOptions();
    return options.getIdempotencyLevel() != IdempotencyLevel.IDEMPOTENCY_UNKNOWN
        || options.getExtension(AnnotationsProto.http).getPatternCase() == HttpRule.PatternCase.GET;
  }

  private static FileDescriptorSet contract() {
    ExtensionRegistry extensions = ExtensionRegistry.newInstance();
    extensions.add(AnnotationsProto.http);
    try (InputStream in = CallPolicy.class.getResourceAsStream(CONTRACT)) {
      return FileDescriptorSet.parseFrom(in, extensions);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
