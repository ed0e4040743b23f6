"""Records interactions, computes a metric and reads it back over gRPC. Fails on any difference."""

import os

import grpc

from sextant_client import connect
from sextant.metrics.v1 import interactions_service_pb2 as interactions
from sextant.metrics.v1 import metrics_service_pb2 as metrics
from sextant.metrics.v1.interactions_service_pb2_grpc import InteractionsServiceStub
from sextant.metrics.v1.metrics_service_pb2_grpc import MetricsServiceStub

target, key = os.environ["SEXTANT_METRICS_TARGET"], os.environ["SEXTANT_MESH_KEY"]
channel = connect(target, key, "python-client")
service = MetricsServiceStub(channel)


def purchase(customer, value):
    return interactions.InteractionInput(event_type="purchase", customer_id=customer, value=value)


def refused(call, code):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, error
    else:
        raise AssertionError(f"{code} expected")


imported = InteractionsServiceStub(channel).ImportInteractions(
    interactions.ImportInteractionsRequest(interactions=batch)
    for batch in ([purchase("ann", "12.5"), purchase("ann", "x")], [purchase("bob", "3")])
)
assert (imported.recorded, imported.rejected_total) == (2, 1), imported

metric = service.CreateMetric(
    metrics.CreateMetricRequest(
        name="total spent", aggregate_function=metrics.AGGREGATE_FUNCTION_SUM, source_field="purchase"
    )
)
assert service.ComputeMetric(metrics.ComputeMetricRequest(id=metric.id)).value_count == 2
answer = service.ListMetricValues(metrics.ListMetricValuesRequest(id=metric.id))
assert [(one.customer_id, float(one.value)) for one in answer.values] == [("ann", 12.5), ("bob", 3)]

nobody = metrics.GetMetricRequest(id="01900000-0000-7000-8000-000000000000")
refused(lambda: service.GetMetric(nobody), grpc.StatusCode.NOT_FOUND)
refused(lambda: service.CreateMetric(metrics.CreateMetricRequest()), grpc.StatusCode.INVALID_ARGUMENT)
delete = metrics.DeleteMetricRequest(id=metric.id)
viewer = MetricsServiceStub(connect(target, key, "python-client", role="viewer"))
refused(lambda: viewer.DeleteMetric(delete), grpc.StatusCode.PERMISSION_DENIED)
forged = MetricsServiceStub(connect(target, "not the key of this mesh", "python-client"))
refused(lambda: forged.DeleteMetric(delete), grpc.StatusCode.UNAUTHENTICATED)
print("python: gRPC calls, a stream and refusals are as the contract says")
