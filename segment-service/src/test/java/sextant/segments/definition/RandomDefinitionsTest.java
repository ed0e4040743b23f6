package sextant.segments.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jooq.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.kit.db.Database;
import sextant.kit.testing.Seeds;
import sextant.segments.SegmentsExtension;
import sextant.segments.Tenant;
import sextant.segments.definition.DefinitionOracle.Expected;
import sextant.segments.definition.DefinitionOracle.Table;
import sextant.segments.v1.Schema;
import sextant.segments.v1.Segment;
import sextant.segments.v1.UpdateSegmentRequest;

/// Random definitions over small tables full of nulls, duplicates and dangling references: the view
/// has exactly the rows that nested loops over the same data find.
class RandomDefinitionsTest {

  @RegisterExtension static final SegmentsExtension service = new SegmentsExtension();

  private static final int DEFINITIONS = 1_000;

  private final Tenant tenant = service.tenant();

  @Test
  void viewsHaveTheRowsThatNestedLoopsFind() {
    Random data = new Random(46);
    List<Table> tables = new ArrayList<>();
    Map<String, Schema> schemas = new LinkedHashMap<>();
    for (Table table : RandomTables.all(data)) {
      Schema schema = tenant.schema(table.name(), table.fields().toArray(String[]::new));
      tenant.rows.writeRows(
          sextant.segments.v1.WriteRowsRequest.newBuilder()
              .setSchemaId(schema.getId())
              .setRows(table.rowsJson())
              .build());
      tables.add(table.withId(schema.getId()));
      schemas.put(table.name(), schema);
    }
    Map<String, List<String>> inner = innerSegments(schemas.get("people"), tables.getFirst());
    Segment tested = tenant.segment(schemas.get("people"), "[]");
    Database reader = service.login("sextant_dashboard");

    Seeds.forEach(
        DEFINITIONS,
        random -> {
          RandomDefinition definition =
              new RandomDefinition(random, tables, inner, service.clock.instant());
          Segment updated =
              tenant.segments.updateSegment(
                  UpdateSegmentRequest.newBuilder()
                      .setId(tested.getId())
                      .setBaseSchemaId(definition.base().id())
                      .setJoins(definition.joins())
                      .setFilters(definition.filters())
                      .build());
          Expected expected = definition.expected();
          List<String> seen =
              reader.inTenant(
                  tenant.id,
                  db ->
                      db.fetch("select * from segment_view." + tested.getViewName())
                          .map(RandomDefinitionsTest::shown));

          assertThat(seen)
              .as("joins %s filters %s", definition.joins(), definition.filters())
              .containsExactlyInAnyOrderElementsOf(expected.rows());
          assertThat(updated.getCustomerCount()).isEqualTo(expected.rows().size());
        });
  }

  /// Segments that the tested ones can be made of, and who is in them.
  private Map<String, List<String>> innerSegments(Schema people, Table table) {
    Map<String, List<String>> inner = new LinkedHashMap<>();
    Segment some = tenant.segment(people, "[{'field':'n','operator':'>=','value':2}]");
    inner.put(
        some.getId(),
        table.rows().stream()
            .filter(row -> row.get("n") instanceof Integer n && n >= 2)
            .map(row -> row.get("id").toString())
            .toList());
    Segment others =
        tenant.segment(
            people, "[{'field':'segment','operator':'!=','value':'" + some.getId() + "'}]");
    inner.put(
        others.getId(),
        table.rows().stream()
            .map(row -> row.get("id").toString())
            .filter(id -> !inner.get(some.getId()).contains(id))
            .toList());
    return inner;
  }

  private static String shown(Record row) {
    return java.util.Arrays.stream(row.intoArray())
        .map(value -> DefinitionOracle.shown(value))
        .collect(Collectors.joining("|"));
  }
}
