package sextant.dashboard.query;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectDistinct;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.values;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;

import java.math.BigDecimal;
import java.util.List;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.Result;
import org.jooq.Row2;
import org.jooq.Select;
import org.jooq.Table;
import sextant.dashboard.query.Segments.Segment;

/// Statements that count interactions by group and offer.
final class GroupedOffers {

  private static final Field<String> OFFER_ID = Counted.key("offer_id");

  private GroupedOffers() {}

  /// Adds up `interactions` by this key and offer: `group_id`, `offer_id`, `impressions`,
  /// `conversions`, `value`.
  static Table<?> counts(Table<?> interactions, Field<String> groupId) {
    return select(
            groupId.as("group_id"),
            OFFER_ID,
            Counted.sumOf("impressions"),
            Counted.sumOf("conversions"),
            Counted.sumOf("value"))
        .from(interactions)
        .where(OFFER_ID.ne(""))
        .groupBy(groupId, OFFER_ID)
        .having(Counted.total("interactions").gt(BigDecimal.ZERO))
        .asTable("counts");
  }

  /// The counts of those groups that have an id and a name in `groups`, in the order they are shown
  /// in, with `group_name` and `offer_name`.
  static Result<? extends Record> fetch(
      Reading reading, Table<?> counts, Select<Record2<String, String>> groups) {
    Table<Record2<String, String>> names = groups.asTable("names", "id", "name");
    Field<String> groupId = counts.field("group_id", String.class);
    Field<String> offerId = counts.field("offer_id", String.class);
    return reading
        .db()
        .select(counts.fields())
        .select(
            names.field("name").as("group_name"), coalesce(OFFER.NAME, offerId).as("offer_name"))
        .from(counts)
        .join(names)
        .on(names.field("id", String.class).eq(groupId))
        .leftJoin(OFFER)
        .on(OFFER.TENANT_ID.eq(reading.tenantId()).and(OFFER.ID.eq(offerId)))
        .orderBy(
            Sql.byId(groupId),
            counts.field("impressions", BigDecimal.class).desc(),
            Sql.byId(offerId))
        .fetch();
  }

  /// The same for segments: reads the interactions once, however many segments there are.
  static Result<? extends Record> bySegment(
      Reading reading, Window window, Audience audience, List<Segment> segments) {
    Table<?> membership = membership(segments).asTable("membership", "segment_id", "customer_id");
    Table<?> interactions =
        Sources.INTERACTIONS
            .facts(reading, window, audience)
            .table()
            .join(membership)
            .on(membership.field("customer_id", String.class).eq(Counted.key("customer_id")));
    @SuppressWarnings({"unchecked", "rawtypes"}) // jOOQ's varargs of generic rows.
    Row2<String, String>[] names =
        segments.stream().map(s -> row(s.id(), s.name())).toArray(Row2[]::new);
    return fetch(
        reading,
        counts(interactions, membership.field("segment_id", String.class)),
        select(field(name("id"), String.class), field(name("name"), String.class))
            .from(values(names).as("segments", "id", "name")));
  }

  /// Who is in which segment; a view may list a customer more than once.
  private static Select<Record2<String, String>> membership(List<Segment> segments) {
    return segments.stream()
        .<Select<Record2<String, String>>>map(
            segment ->
                selectDistinct(inline(segment.id()), field(name("customer_id"), String.class))
                    .from(table(name(Segments.NAMESPACE, segment.view()))))
        .reduce(Select::unionAll)
        .orElseThrow();
  }
}
