-- Batch metrics are computed when due, by whichever replica holds the lease.

alter table metrics.metric add column leased_until timestamptz;
comment on column metrics.metric.leased_until is
  'Until then one replica is computing the metric; a lease that nobody gave back lapses.';
