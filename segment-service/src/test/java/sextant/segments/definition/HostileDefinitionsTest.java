package sextant.segments.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.segments.HostileJson.broken;
import static sextant.segments.HostileJson.pick;
import static sextant.segments.Tenant.json;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import sextant.kit.rpc.ApiException;
import sextant.kit.testing.Seeds;
import sextant.segments.HostileJson;
import sextant.segments.v1.DataType;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;

/// Whatever a definition contains: the SQL made of it has no identifier that is not in the
/// catalogue, no word that the compiler does not use, and every literal is closed.
class HostileDefinitionsTest {

  private static final int DEFINITIONS = 5_000;

  private static final Set<String> WORDS =
      words(
          """
          select from where and or not exists in as is null like escape between cast text left outer
          join on true false current_setting date timestamp with time zone collate numeric decimal
          double precision e""");

  private static final Set<String> OWN_NAMES =
      words(
          """
          b s one C segments_data segment_view seg_0123456789ab day_at instant_at customer_id
          metrics metric_value_v1 value tenant_id metric_name dimension_1 dimension_2
          ds_people ds_orders j1 j2 j3 m1 m2 m3 m4 m5 m6""");

  private static Set<String> words(String text) {
    return Set.of(text.strip().split("\\s+"));
  }

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s+|'[^']*+(?:''[^']*+)*+'|\"([^\"]*+(?:\"\"[^\"]*+)*+)\"|([a-zA-Z_]+)|\\d+(?:\\.\\d+)?|[-+(),.=<>*]");

  private final List<String> fieldNames = new ArrayList<>();
  private final Schema people = schema("people", 1);
  private final Schema orders = schema("orders", 2);
  private int compiled;

  private Schema schema(String name, int number) {
    Schema.Builder schema =
        Schema.newBuilder()
            .setId(new UUID(0, number).toString())
            .setName(name)
            .setTableName("ds_" + name)
            .setCustomerKey("key");
    List<String> names = new ArrayList<>(List.of("key"));
    HostileJson.TEXTS.stream()
        .filter(text -> !text.isBlank() && !text.contains(".") && text.length() < 60)
        .filter(text -> text.codePoints().noneMatch(HostileDefinitionsTest::isRefused))
        .forEach(names::add);
    for (String field : new java.util.LinkedHashSet<>(names)) {
      int type = field.equals("key") ? 1 : 1 + Math.floorMod(field.hashCode(), 10);
      schema.addFields(
          SchemaField.newBuilder()
              .setName(field)
              .setDataType(DataType.forNumber(type))
              .setLength(10)
              .setIsPrimaryKey(field.equals("key")));
      fieldNames.add(field);
    }
    return schema.build();
  }

  private static boolean isRefused(int point) {
    return Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE;
  }

  @Test
  void sqlHasOnlyWhatTheCatalogueAndTheCompilerKnow() {
    Set<String> names = new HashSet<>(OWN_NAMES);
    names.addAll(fieldNames);
    Seeds.forEach(
        DEFINITIONS,
        random -> {
          Definition definition;
          try {
            definition =
                new DefinitionReader(new EveryMetric())
                    .read(people, joins(random), filters(random));
          } catch (ApiException refused) {
            return;
          }
          SegmentQuery query = new SegmentQuery(definition, "tenant-1");
          String sql =
              DSL.using(SQLDialect.POSTGRES)
                  .renderInlined(query.from(DSL.select(query.viewColumns())));
          check(sql, names);
          compiled++;
        });
    assertThat(compiled).isGreaterThan(DEFINITIONS / 20);
  }

  private static void check(String sql, Set<String> names) {
    Matcher token = TOKEN.matcher(sql);
    int end = 0;
    while (token.find()) {
      assertThat(token.start()).as("unknown token in %s", sql).isEqualTo(end);
      end = token.end();
      if (token.group(1) != null) {
        assertThat(names).as(sql).contains(token.group(1).replace("\"\"", "\""));
      } else if (token.group(2) != null) {
        assertThat(WORDS).as(sql).contains(token.group(2).toLowerCase());
      }
    }
    assertThat(end).as("unclosed in %s", sql).isEqualTo(sql.length());
  }

  private String joins(Random random) {
    String joins =
        json(
            "[{'schemaId':'"
                + orders.getId()
                + "','type':'left','leftField':'key','rightField':'key','alias':'o'}]");
    return random.nextInt(4) == 0 ? broken(random, joins) : joins;
  }

  private String filters(Random random) {
    List<String> conditions = new ArrayList<>();
    for (int count = 1 + random.nextInt(3); count > 0; count--) {
      String field =
          switch (random.nextInt(4)) {
            case 0 -> "o." + pick(random, fieldNames);
            case 1 -> "metric." + pick(random, HostileJson.TEXTS);
            default -> pick(random, fieldNames);
          };
      String operator =
          pick(random, List.of("=", "!=", ">", "in", "not_in", "contains", "ends_with", "is_null"));
      String text =
          HostileJson.written(
              new sextant.segments.value.Json.Text(pick(random, HostileJson.TEXTS)));
      String value =
          switch (random.nextInt(5)) {
            case 0 -> "null";
            case 1 -> "1e" + random.nextInt(400);
            case 2 -> "true";
            default -> text;
          };
      String condition =
          "{\"field\":%s,\"operator\":\"%s\",\"value\":%s}"
              .formatted(
                  HostileJson.written(new sextant.segments.value.Json.Text(field)),
                  operator,
                  value);
      conditions.add(random.nextInt(5) == 0 ? broken(random, condition) : condition);
    }
    conditions.add(
        "{\"field\":\"segment\",\"operator\":\"in\",\"value\":\"" + new UUID(0, 3) + "\"}");
    return "[" + String.join(",", conditions) + "]";
  }

  /// Knows the two schemas, one segment and metrics of every name.
  private final class EveryMetric implements Catalog {

    @Override
    public Optional<Schema> schema(UUID id) {
      return Optional.ofNullable(
          Map.of(people.getId(), people, orders.getId(), orders).get(id.toString()));
    }

    @Override
    public Optional<String> segmentView(UUID id) {
      return id.getLeastSignificantBits() == 3 ? Optional.of("seg_0123456789ab") : Optional.empty();
    }

    @Override
    public Optional<String> metricFault(String name) {
      return Optional.empty();
    }
  }
}
