package sextant.dashboard.query;

import static org.jooq.impl.DSL.select;
import static sextant.dashboard.jooq.dashboard.Tables.CATEGORY;
import static sextant.dashboard.jooq.dashboard.Tables.CHANNEL;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Record;
import sextant.dashboard.query.Segments.Segment;
import sextant.dashboard.v1.GetOfferPerformanceGroupedRequest;
import sextant.dashboard.v1.GetOfferPerformanceGroupedResponse;
import sextant.dashboard.v1.GroupedOfferRow;
import sextant.dashboard.v1.PerformanceGroup;
import sextant.dashboard.v1.PerformanceGrouping;
import sextant.dashboard.value.Decimals;

/// `offer_performance_grouped`: how offers performed within channels, categories or segments.
final class OfferPerformanceGrouped {

  private OfferPerformanceGrouped() {}

  static GetOfferPerformanceGroupedResponse read(
      Reading reading, GetOfferPerformanceGroupedRequest request) {
    Window window = Window.lookback(request.getDays(), request.getTimezone(), reading.now());
    Audience audience = reading.audience(request.getSegmentId());
    GetOfferPerformanceGroupedResponse.Builder response =
        GetOfferPerformanceGroupedResponse.newBuilder();
    Map<String, PerformanceGroup.Builder> groups =
        switch (request.getGroupBy()) {
          case PERFORMANCE_GROUPING_CATEGORY -> byCategory(reading, window, audience);
          case PERFORMANCE_GROUPING_SEGMENT -> bySegment(reading, window, audience, response);
          case PERFORMANCE_GROUPING_CHANNEL, PERFORMANCE_GROUPING_UNSPECIFIED, UNRECOGNIZED ->
              byChannel(reading, window, audience);
        };
    groups.values().forEach(response::addGroups);
    return response.setGroupBy(grouping(request)).build();
  }

  /// The grouping that was asked for, or the default.
  static PerformanceGrouping grouping(GetOfferPerformanceGroupedRequest request) {
    return request.hasGroupBy()
        ? request.getGroupBy()
        : PerformanceGrouping.PERFORMANCE_GROUPING_CHANNEL;
  }

  private static Map<String, PerformanceGroup.Builder> byChannel(
      Reading reading, Window window, Audience audience) {
    var counts = Sources.INTERACTIONS.totals(reading, window, audience).table();
    return groups(
        GroupedOffers.fetch(
            reading,
            GroupedOffers.counts(counts, Counted.key("channel_id")),
            select(CHANNEL.ID, CHANNEL.NAME)
                .from(CHANNEL)
                .where(CHANNEL.TENANT_ID.eq(reading.tenantId()))));
  }

  private static Map<String, PerformanceGroup.Builder> byCategory(
      Reading reading, Window window, Audience audience) {
    var counts =
        Sources.INTERACTIONS_BY_OFFER
            .totals(reading, window, audience)
            .table()
            .join(OFFER)
            .on(OFFER.TENANT_ID.eq(reading.tenantId()).and(OFFER.ID.eq(Counted.key("offer_id"))));
    return groups(
        GroupedOffers.fetch(
            reading,
            GroupedOffers.counts(counts, OFFER.CATEGORY_ID),
            select(CATEGORY.ID, CATEGORY.NAME)
                .from(CATEGORY)
                .where(CATEGORY.TENANT_ID.eq(reading.tenantId()))));
  }

  private static Map<String, PerformanceGroup.Builder> groups(Iterable<? extends Record> rows) {
    Map<String, PerformanceGroup.Builder> groups = new LinkedHashMap<>();
    for (Record row : rows) {
      groups
          .computeIfAbsent(
              row.get("group_id", String.class),
              id ->
                  PerformanceGroup.newBuilder()
                      .setGroupId(id)
                      .setGroupName(row.get("group_name", String.class)))
          .addOffers(offer(row));
    }
    return groups;
  }

  /// All active segments; those without a view are named in the warning and have no offers.
  private static Map<String, PerformanceGroup.Builder> bySegment(
      Reading reading,
      Window window,
      Audience audience,
      GetOfferPerformanceGroupedResponse.Builder response) {
    Map<String, PerformanceGroup.Builder> groups = new LinkedHashMap<>();
    List<Segment> readable = new ArrayList<>();
    for (Segment segment : Segments.active(reading.db(), reading.tenantId())) {
      groups.put(
          segment.id(),
          PerformanceGroup.newBuilder().setGroupId(segment.id()).setGroupName(segment.name()));
      if (segment.hasView()) {
        readable.add(segment);
      } else {
        response.setWarning(Segments.notMaterialized(segment.id()));
      }
    }
    if (!readable.isEmpty()) {
      for (Record row : GroupedOffers.bySegment(reading, window, audience, readable)) {
        PerformanceGroup.Builder group = groups.get(row.get("group_id", String.class));
        group.addOffers(
            offer(row).setSegmentId(group.getGroupId()).setSegmentName(group.getGroupName()));
      }
    }
    return groups;
  }

  private static GroupedOfferRow.Builder offer(Record row) {
    long impressions = row.get("impressions", long.class);
    long conversions = row.get("conversions", long.class);
    return GroupedOfferRow.newBuilder()
        .setOfferId(row.get("offer_id", String.class))
        .setName(row.get("offer_name", String.class))
        .setImpressions(impressions)
        .setConversions(conversions)
        .setRevenue(Decimals.format(row.get("value", BigDecimal.class)))
        .setConversionRate(Rounding.percent(conversions, impressions));
  }
}
