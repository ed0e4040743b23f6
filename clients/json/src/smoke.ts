// Creates, lists and deletes a metric through the JSON API. Fails on any difference.
import createClient from "openapi-fetch";
import assert from "node:assert/strict";
import type { paths } from "./generated/api.js";

const api = createClient<paths>({
  baseUrl: process.env.SEXTANT_URL ?? "http://localhost:8080",
  headers: { "X-Tenant-Id": "json-client" },
});

const created = await api.POST("/api/v1/behavioral-metrics", {
  body: { name: "visits", aggregateFunction: "count", sourceField: "visit", windowDays: 30 },
});
assert.equal(created.response.status, 201);
const metric = created.data ?? assert.fail("201 without a body");
assert.equal(metric.windowDays, 30);

const recorded = await api.POST("/api/v1/events", {
  body: [{ type: "visit", customerId: "ann" }, { type: "visit", customerId: "ann" }],
});
assert.equal(recorded.data?.accepted, 2);

const path = { id: metric.id };
await api.POST("/api/v1/behavioral-metrics/{id}/compute", { params: { path } });
const values = await api.GET("/api/v1/behavioral-metrics/{id}/values", { params: { path } });
assert.deepEqual(values.data?.map(({ customerId, value }) => [customerId, value]), [["ann", 2]]);

const refused = await api.POST("/api/v1/behavioral-metrics", {
  body: { name: "too long a window", aggregateFunction: "count", sourceField: "visit", windowDays: 999 },
});
assert.equal(refused.response.status, 400);
assert.equal(refused.error?.error.details?.[0]?.field, "windowDays");

const deleted = await api.DELETE("/api/v1/behavioral-metrics", { params: { query: path } });
assert.equal(deleted.response.status, 204);
console.log("json: typed requests, answers and errors are as /openapi.json says");
