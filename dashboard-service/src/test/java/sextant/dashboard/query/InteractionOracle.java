package sextant.dashboard.query;

import static sextant.dashboard.query.Oracle.count;
import static sextant.dashboard.query.Oracle.money;
import static sextant.dashboard.query.Oracle.most;
import static sextant.dashboard.query.Oracle.percent;
import static sextant.dashboard.query.Oracle.rounded;
import static sextant.dashboard.query.Oracle.sum;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import sextant.dashboard.query.World.Act;
import sextant.dashboard.query.World.Segment;
import sextant.dashboard.v1.AcceptanceRateRow;
import sextant.dashboard.v1.Category;
import sextant.dashboard.v1.Channel;
import sextant.dashboard.v1.ChannelEffectivenessRow;
import sextant.dashboard.v1.EntryStatus;
import sextant.dashboard.v1.GetAcceptanceRateRequest;
import sextant.dashboard.v1.GetAcceptanceRateResponse;
import sextant.dashboard.v1.GetChannelEffectivenessRequest;
import sextant.dashboard.v1.GetChannelEffectivenessResponse;
import sextant.dashboard.v1.GetDailyTrendRequest;
import sextant.dashboard.v1.GetDailyTrendResponse;
import sextant.dashboard.v1.GetOfferPerformanceGroupedRequest;
import sextant.dashboard.v1.GetOfferPerformanceGroupedResponse;
import sextant.dashboard.v1.GetOfferPerformanceRequest;
import sextant.dashboard.v1.GetOfferPerformanceResponse;
import sextant.dashboard.v1.GetRevenueTrendRequest;
import sextant.dashboard.v1.GetRevenueTrendResponse;
import sextant.dashboard.v1.GroupedOfferRow;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.OfferPerformanceRow;
import sextant.dashboard.v1.PerformanceGroup;
import sextant.dashboard.v1.PerformanceGrouping;

/// The types that count interactions, by going through the list of them.
final class InteractionOracle {

  private static final EntryStatus ACTIVE = EntryStatus.ENTRY_STATUS_ACTIVE;

  private final Oracle oracle;
  private final World world;

  InteractionOracle(World world) {
    this.world = world;
    this.oracle = new Oracle(world);
  }

  private static List<Act> of(List<Act> acts, String offer) {
    return acts.stream().filter(act -> offer.equals(act.offer())).toList();
  }

  GetAcceptanceRateResponse acceptanceRate(GetAcceptanceRateRequest request) {
    GetAcceptanceRateResponse.Builder response = GetAcceptanceRateResponse.newBuilder();
    Optional<String> warning = oracle.warning(request.getSegmentId());
    if (warning.isPresent()) {
      return response.setWarning(warning.get()).build();
    }
    List<Act> acts =
        oracle.acts(
            oracle.lookback(request.getDays(), request.getTimezone()), request.getSegmentId());
    List<AcceptanceRateRow> rows = new ArrayList<>();
    for (String offer : Oracle.offersOf(acts)) {
      List<Act> own = of(acts, offer);
      long impressions = count(own, Act::impression);
      long positive = count(own, Act::positive);
      rows.add(
          AcceptanceRateRow.newBuilder()
              .setOfferId(offer)
              .setOfferName(oracle.offerName(offer))
              .setImpressions(impressions)
              .setPositive(positive)
              .setNegative(count(own, Act::negative))
              .setAcceptanceRate(rounded(positive, impressions, 4))
              .build());
    }
    rows.sort(most(AcceptanceRateRow::getImpressions, AcceptanceRateRow::getOfferId));
    return response
        .addAllData(rows)
        .setTotal(rows.size())
        .setPeriod(oracle.period(request.getDays(), request.getTimezone()))
        .build();
  }

  GetOfferPerformanceResponse offerPerformance(GetOfferPerformanceRequest request) {
    GetOfferPerformanceResponse.Builder response = GetOfferPerformanceResponse.newBuilder();
    Optional<String> warning = oracle.warning(request.getSegmentId());
    if (warning.isPresent()) {
      return response.setWarning(warning.get()).build();
    }
    List<Act> acts =
        oracle.acts(
            oracle.lookback(request.getDays(), request.getTimezone()), request.getSegmentId());
    return response
        .addAllData(
            world.offers.stream()
                .filter(offer -> offer.getStatus() == ACTIVE)
                .map(offer -> performance(offer, of(acts, offer.getId())))
                .sorted(most(OfferPerformanceRow::getImpressions, OfferPerformanceRow::getOfferId))
                .limit(20)
                .toList())
        .build();
  }

  private OfferPerformanceRow performance(Offer offer, List<Act> own) {
    long impressions = count(own, Act::impression);
    long conversions = count(own, Act::conversion);
    return OfferPerformanceRow.newBuilder()
        .setOfferId(offer.getId())
        .setName(offer.getName())
        .setPriority(offer.getPriority())
        .setCreativeCount(
            world.creatives.stream()
                .filter(creative -> creative.getOfferId().equals(offer.getId()))
                .filter(creative -> creative.getStatus() == ACTIVE)
                .count())
        .setImpressions(impressions)
        .setConversions(conversions)
        .setRevenue(money(sum(own, Act::value)))
        .setConversionRate(percent(conversions, impressions))
        .build();
  }

  GetChannelEffectivenessResponse channelEffectiveness(GetChannelEffectivenessRequest request) {
    GetChannelEffectivenessResponse.Builder response = GetChannelEffectivenessResponse.newBuilder();
    Optional<String> warning = oracle.warning(request.getSegmentId());
    if (warning.isPresent()) {
      return response.setWarning(warning.get()).build();
    }
    List<Act> acts =
        oracle.acts(
            oracle.lookback(request.getDays(), request.getTimezone()), request.getSegmentId());
    Set<String> channels = new TreeSet<>(Oracle.ids(acts, Act::channel));
    world.channels.stream()
        .filter(channel -> channel.getStatus() == ACTIVE)
        .forEach(channel -> channels.add(channel.getId()));
    List<ChannelEffectivenessRow> rows = new ArrayList<>();
    for (String channel : channels) {
      List<Act> own = acts.stream().filter(act -> channel.equals(act.channel())).toList();
      long impressions = count(own, Act::impression);
      long conversions = count(own, Act::conversion);
      rows.add(
          ChannelEffectivenessRow.newBuilder()
              .setChannelId(channel)
              .setChannelName(oracle.channelName(channel))
              .setImpressions(impressions)
              .setConversions(conversions)
              .setEffectiveness(percent(conversions, impressions))
              .build());
    }
    rows.sort(most(ChannelEffectivenessRow::getImpressions, ChannelEffectivenessRow::getChannelId));
    return response.addAllData(rows).build();
  }

  GetDailyTrendResponse dailyTrend(GetDailyTrendRequest request) {
    GetDailyTrendResponse.Builder response = GetDailyTrendResponse.newBuilder();
    Optional<String> warning = oracle.warning(request.getSegmentId());
    if (warning.isPresent()) {
      return response.setWarning(warning.get()).build();
    }
    for (LocalDate day : oracle.trendDays(request.getDays(), request.getTimezone())) {
      List<Act> acts = oracle.acts(oracle.day(day, request.getTimezone()), request.getSegmentId());
      response
          .addDataBuilder()
          .setName(Oracle.monthAndDay(day))
          .setImpressions(count(acts, Act::impression))
          .setConversions(count(acts, Act::conversion));
    }
    return response.build();
  }

  GetRevenueTrendResponse revenueTrend(GetRevenueTrendRequest request) {
    GetRevenueTrendResponse.Builder response = GetRevenueTrendResponse.newBuilder();
    Optional<String> warning = oracle.warning(request.getSegmentId());
    if (warning.isPresent()) {
      return response.setWarning(warning.get()).build();
    }
    boolean any = false;
    for (LocalDate day : oracle.trendDays(request.getDays(), request.getTimezone())) {
      List<Act> acts = oracle.acts(oracle.day(day, request.getTimezone()), request.getSegmentId());
      any |= !acts.isEmpty();
      response
          .addDataBuilder()
          .setName(Oracle.monthAndDay(day))
          .setRevenue(money(sum(acts, Act::value)));
    }
    return response.setHasRealData(any).build();
  }

  GetOfferPerformanceGroupedResponse grouped(GetOfferPerformanceGroupedRequest request) {
    GetOfferPerformanceGroupedResponse.Builder response =
        GetOfferPerformanceGroupedResponse.newBuilder()
            .setGroupBy(
                request.hasGroupBy()
                    ? request.getGroupBy()
                    : PerformanceGrouping.PERFORMANCE_GROUPING_CHANNEL);
    Optional<String> warning = oracle.warning(request.getSegmentId());
    if (warning.isPresent()) {
      return response.setData("[]").setWarning(warning.get()).build();
    }
    List<Act> acts =
        oracle.acts(
            oracle.lookback(request.getDays(), request.getTimezone()), request.getSegmentId());
    List<PerformanceGroup> groups = new ArrayList<>();
    switch (response.getGroupBy()) {
      case PERFORMANCE_GROUPING_CATEGORY -> {
        for (Category category : world.categories) {
          addGroup(
              category.getId(),
              category.getName(),
              acts.stream()
                  .filter(
                      act ->
                          act.offer() != null
                              && oracle
                                  .offer(act.offer())
                                  .map(Offer::getCategoryId)
                                  .equals(Optional.of(category.getId())))
                  .toList(),
              groups);
        }
      }
      case PERFORMANCE_GROUPING_SEGMENT -> {
        for (Segment segment : world.segments) {
          if (!segment.status().equals("active")) {
            continue;
          }
          PerformanceGroup.Builder group =
              PerformanceGroup.newBuilder().setGroupId(segment.id()).setGroupName(segment.name());
          if (segment.hasView()) {
            List<Act> own =
                acts.stream().filter(act -> segment.customers().contains(act.customer())).toList();
            rows(own)
                .forEach(
                    row ->
                        group.addOffers(
                            row.toBuilder()
                                .setSegmentId(segment.id())
                                .setSegmentName(segment.name())));
          }
          groups.add(group.build());
        }
        world.segments.stream()
            .filter(segment -> segment.status().equals("active") && !segment.hasView())
            .map(Segment::id)
            .max(Comparator.naturalOrder())
            .ifPresent(
                id ->
                    response.setWarning(
                        "the view of the segment " + id + " has not been materialized yet"));
      }
      default -> {
        for (Channel channel : world.channels) {
          addGroup(
              channel.getId(),
              channel.getName(),
              acts.stream().filter(act -> channel.getId().equals(act.channel())).toList(),
              groups);
        }
      }
    }
    groups.sort(Comparator.comparing(PerformanceGroup::getGroupId));
    return response.addAllGroups(groups).build();
  }

  private void addGroup(String id, String name, List<Act> own, List<PerformanceGroup> groups) {
    List<GroupedOfferRow> rows = rows(own);
    if (!rows.isEmpty()) {
      groups.add(
          PerformanceGroup.newBuilder()
              .setGroupId(id)
              .setGroupName(name)
              .addAllOffers(rows)
              .build());
    }
  }

  private List<GroupedOfferRow> rows(List<Act> acts) {
    return acts.stream()
        .map(Act::offer)
        .filter(Objects::nonNull)
        .distinct()
        .map(
            offer -> {
              List<Act> own = of(acts, offer);
              long impressions = count(own, Act::impression);
              long conversions = count(own, Act::conversion);
              return GroupedOfferRow.newBuilder()
                  .setOfferId(offer)
                  .setName(oracle.offerName(offer))
                  .setImpressions(impressions)
                  .setConversions(conversions)
                  .setRevenue(money(sum(own, Act::value)))
                  .setConversionRate(percent(conversions, impressions))
                  .build();
            })
        .sorted(most(GroupedOfferRow::getImpressions, GroupedOfferRow::getOfferId))
        .toList();
  }
}
