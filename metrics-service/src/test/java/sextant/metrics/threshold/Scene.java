package sextant.metrics.threshold;

import io.grpc.Channel;
import io.grpc.stub.AbstractStub;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import sextant.access.v1.Role;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.AggregationMode;
import sextant.metrics.v1.CreateDefinitionRequest;
import sextant.metrics.v1.CreateThresholdRequest;
import sextant.metrics.v1.Definition;
import sextant.metrics.v1.DefinitionValue;
import sextant.metrics.v1.DefinitionsServiceGrpc;
import sextant.metrics.v1.DefinitionsServiceGrpc.DefinitionsServiceBlockingStub;
import sextant.metrics.v1.ListTransitionsRequest;
import sextant.metrics.v1.ListValuesRequest;
import sextant.metrics.v1.Observation;
import sextant.metrics.v1.ObservationsServiceGrpc;
import sextant.metrics.v1.ObservationsServiceGrpc.ObservationsServiceBlockingStub;
import sextant.metrics.v1.OutputType;
import sextant.metrics.v1.RecordObservationsRequest;
import sextant.metrics.v1.RecordedObservations;
import sextant.metrics.v1.ThresholdOperator;
import sextant.metrics.v1.ThresholdsServiceGrpc;
import sextant.metrics.v1.ThresholdsServiceGrpc.ThresholdsServiceBlockingStub;
import sextant.metrics.v1.Transition;

/// What one tenant does with definitions, in the words of the tests.
record Scene(MetricsExtension mesh, String tenant) {

  <S extends AbstractStub<S>> S as(Function<Channel, S> stub) {
    return mesh.as(stub, tenant, Role.ROLE_EDITOR);
  }

  DefinitionsServiceBlockingStub definitions() {
    return as(DefinitionsServiceGrpc::newBlockingStub);
  }

  ThresholdsServiceBlockingStub thresholds() {
    return as(ThresholdsServiceGrpc::newBlockingStub);
  }

  ObservationsServiceBlockingStub observations() {
    return as(ObservationsServiceGrpc::newBlockingStub);
  }

  Definition create(CreateDefinitionRequest.Builder request) {
    return definitions().createDefinition(request.build()).getData();
  }

  Definition numeric(String name) {
    return create(definition(name, OutputType.OUTPUT_TYPE_NUMERIC));
  }

  static CreateDefinitionRequest.Builder definition(String name, OutputType type) {
    return CreateDefinitionRequest.newBuilder().setName(name).setOutputType(type);
  }

  Definition create(CreateThresholdRequest.Builder request) {
    return thresholds().createThreshold(request.build()).getData();
  }

  Definition each(String source, String operator, String value) {
    return create(threshold(source, operator, value));
  }

  Definition aggregate(String source, String mode, String operator, String value) {
    CreateThresholdRequest.Builder request =
        threshold(source, operator, value)
            .setAggregationMode(AggregationMode.valueOf("AGGREGATION_MODE_" + mode));
    return create(mode.equals("COUNT") ? request.setCountThreshold(2) : request);
  }

  static CreateThresholdRequest.Builder threshold(String source, String operator, String value) {
    return CreateThresholdRequest.newBuilder()
        .setIdOrSlug(source)
        .setOperator(ThresholdOperator.valueOf("THRESHOLD_OPERATOR_" + operator))
        .setValue(value);
  }

  static Observation observation(String subject, String json) {
    return Observation.newBuilder().setSubjectId(subject).setValue(json).build();
  }

  RecordedObservations observe(String definition, Observation... observations) {
    return observe(observations(), definition, List.of(observations));
  }

  static RecordedObservations observe(
      ObservationsServiceBlockingStub stub, String definition, List<Observation> observations) {
    return stub.recordObservations(
            RecordObservationsRequest.newBuilder()
                .setIdOrSlug(definition)
                .addAllObservations(observations)
                .build())
        .getData();
  }

  List<DefinitionValue> values(String definition) {
    return observations()
        .listValues(ListValuesRequest.newBuilder().setIdOrSlug(definition).setLimit(1_000).build())
        .getDataList();
  }

  /// `subject fired value` of every result, sorted.
  List<String> results(String threshold) {
    return values(threshold).stream()
        .map(value -> value.getSubjectId() + " " + value.getFired() + " " + value.getValue())
        .map(String::strip)
        .sorted()
        .toList();
  }

  List<Transition> transitions(String threshold) {
    return thresholds()
        .listTransitions(
            ListTransitionsRequest.newBuilder()
                .setIdOrSlug(threshold)
                .setAfter(0)
                .setLimit(1_000)
                .build())
        .getDataList();
  }

  /// `subject fired value` of every transition, in order.
  List<String> crossings(String threshold) {
    return Stream.of(transitions(threshold))
        .flatMap(List::stream)
        .map(each -> each.getSubjectId() + " " + each.getFired() + " " + each.getValue())
        .map(String::strip)
        .toList();
  }
}
