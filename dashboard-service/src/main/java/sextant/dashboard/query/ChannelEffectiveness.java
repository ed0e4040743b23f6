package sextant.dashboard.query;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static sextant.dashboard.jooq.dashboard.Tables.CHANNEL;

import java.math.BigDecimal;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import sextant.dashboard.v1.ChannelEffectivenessRow;
import sextant.dashboard.v1.GetChannelEffectivenessRequest;
import sextant.dashboard.v1.GetChannelEffectivenessResponse;

/// `channel_effectiveness`: how well channels convert.
final class ChannelEffectiveness {

  private static final String ACTIVE = "active";

  private ChannelEffectiveness() {}

  static GetChannelEffectivenessResponse read(
      Reading reading, GetChannelEffectivenessRequest request) {
    Window window = Window.lookback(request.getDays(), request.getTimezone(), reading.now());
    Table<?> used = used(reading, window, reading.audience(request.getSegmentId()));
    Table<?> known =
        select(CHANNEL.ID, CHANNEL.NAME, CHANNEL.STATUS)
            .from(CHANNEL)
            .where(CHANNEL.TENANT_ID.eq(reading.tenantId()))
            .asTable("known");
    Field<String> channelId =
        coalesce(known.field(CHANNEL.ID), used.field("channel_id", String.class));
    Field<BigDecimal> impressions = orZero(used, "impressions");
    GetChannelEffectivenessResponse.Builder response = GetChannelEffectivenessResponse.newBuilder();
    reading
        .db()
        .select(
            channelId.as("channel_id"),
            coalesce(known.field(CHANNEL.NAME), channelId).as("name"),
            impressions.as("impressions"),
            orZero(used, "conversions").as("conversions"))
        .from(known)
        .fullJoin(used)
        .on(used.field("channel_id", String.class).eq(known.field(CHANNEL.ID)))
        .where(known.field(CHANNEL.STATUS).eq(ACTIVE))
        .or(used.field("channel_id").isNotNull())
        .orderBy(impressions.desc(), Sql.byId(channelId))
        .forEach(row -> response.addData(row(row)));
    return response.build();
  }

  /// The channels with interactions.
  private static Table<?> used(Reading reading, Window window, Audience audience) {
    Field<String> channelId = Counted.key("channel_id");
    return select(channelId, Counted.sumOf("impressions"), Counted.sumOf("conversions"))
        .from(Sources.INTERACTIONS_BY_CHANNEL.totals(reading, window, audience).table())
        .where(channelId.ne(""))
        .groupBy(channelId)
        .having(Counted.total("interactions").gt(BigDecimal.ZERO))
        .asTable("used");
  }

  private static Field<BigDecimal> orZero(Table<?> used, String counter) {
    return coalesce(used.field(counter, BigDecimal.class), inline(BigDecimal.ZERO));
  }

  private static ChannelEffectivenessRow row(Record row) {
    long impressions = row.get("impressions", long.class);
    long conversions = row.get("conversions", long.class);
    return ChannelEffectivenessRow.newBuilder()
        .setChannelId(row.get("channel_id", String.class))
        .setChannelName(row.get("name", String.class))
        .setImpressions(impressions)
        .setConversions(conversions)
        .setEffectiveness(Rounding.percent(conversions, impressions))
        .build();
  }
}
