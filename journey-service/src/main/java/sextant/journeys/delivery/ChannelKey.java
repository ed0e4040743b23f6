package sextant.journeys.delivery;

/// Which channel.
record ChannelKey(String tenantId, String name) {}
