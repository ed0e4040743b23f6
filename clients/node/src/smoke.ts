// Records interactions, computes a metric and reads it back over gRPC. Fails on any difference.
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import assert from "node:assert/strict";
import { Role, signedBy } from "./caller.js";
import { InteractionsService } from "./generated/sextant/metrics/v1/interactions_service_pb.js";
import { AggregateFunction, MetricsService } from "./generated/sextant/metrics/v1/metrics_service_pb.js";

function setting(name: string): string {
  return process.env[name] ?? assert.fail(`${name} is not set`);
}

const target = `http://${setting("SEXTANT_METRICS_TARGET")}`;
const caller = { tenant: "node-client", role: Role.EDITOR };
const transport = createGrpcTransport({
  baseUrl: target,
  interceptors: [signedBy(setting("SEXTANT_MESH_KEY"), caller)],
});
const interactions = createClient(InteractionsService, transport);
const metrics = createClient(MetricsService, transport);

const purchase = (customerId: string, value: string) => ({ eventType: "purchase", customerId, value });

const recorded = await interactions.recordInteractions({
  events: [purchase("ann", "12.5"), purchase("ann", "7.25"), purchase("bob", "3")],
});
assert.equal(recorded.accepted, 3);

async function* batches() {
  yield { sequence: 1n, interactions: [purchase("bob", "4"), purchase("bob", "not a number")] };
  yield { sequence: 2n, interactions: [purchase("cid", "5")] };
}
const acknowledged = [];
for await (const answer of interactions.streamInteractions(batches())) {
  acknowledged.push([answer.sequence, answer.recorded, answer.rejected.map((one) => one.field)]);
}
assert.deepEqual(acknowledged, [
  [1n, 1, ["value"]],
  [2n, 1, []],
]);

const metric = await metrics.createMetric({
  name: "total spent",
  aggregateFunction: AggregateFunction.SUM,
  sourceField: "purchase",
});
const { valueCount } = await metrics.computeMetric({ id: metric.id });
assert.equal(valueCount, 3n);
const { values } = await metrics.listMetricValues({ id: metric.id });
assert.deepEqual(
  values.map(({ customerId, value }) => [customerId, Number(value)]),
  [
    ["ann", 19.75],
    ["bob", 7],
    ["cid", 5],
  ],
);

async function refused(call: Promise<unknown>, code: Code): Promise<void> {
  await assert.rejects(call, (error) => error instanceof ConnectError && error.code === code);
}
await refused(metrics.getMetric({ id: "01900000-0000-7000-8000-000000000000" }), Code.NotFound);
await refused(metrics.createMetric({ name: "" }), Code.InvalidArgument);
const viewer = signedBy(setting("SEXTANT_MESH_KEY"), { ...caller, role: Role.VIEWER });
const forged = signedBy("not the key of this mesh", caller);
for (const [interceptor, code] of [
  [viewer, Code.PermissionDenied],
  [forged, Code.Unauthenticated],
] as const) {
  const other = createGrpcTransport({ baseUrl: target, interceptors: [interceptor] });
  await refused(createClient(MetricsService, other).deleteMetric({ id: metric.id }), code);
}
console.log("node: gRPC calls, a stream and refusals are as the contract says");
process.exit(0);
