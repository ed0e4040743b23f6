package sextant.segments.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;
import static sextant.segments.Tenant.field;

import com.google.protobuf.FieldMask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.errors.v1.ErrorReason;
import sextant.segments.SegmentsConfig;
import sextant.segments.SegmentsExtension;
import sextant.segments.Tenant;
import sextant.segments.v1.CreateSchemaRequest;
import sextant.segments.v1.DataType;
import sextant.segments.v1.DeleteSchemaRequest;
import sextant.segments.v1.GetSchemaRequest;
import sextant.segments.v1.ListRowsRequest;
import sextant.segments.v1.ListSchemasRequest;
import sextant.segments.v1.ListSchemasResponse;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;
import sextant.segments.v1.SchemaFieldInput;
import sextant.segments.v1.Segment;
import sextant.segments.v1.UpdateSchemaRequest;

class SchemasServiceTest {

  @RegisterExtension static final SegmentsExtension service = new SegmentsExtension();

  private final Tenant tenant = service.tenant();

  @Test
  void createMakesASchemaWithDefaultsAndItsTable() {
    Schema schema = tenant.schema("customers", "customer_id:varchar", "age:integer");

    assertThat(schema.getTableName()).matches("ds_customers_[0-9a-f]{12}");
    assertThat(schema)
        .isEqualTo(
            Schema.newBuilder()
                .setId(schema.getId())
                .setTenantId(tenant.id)
                .setName("customers")
                .setDisplayName("customers")
                .setEntityType("customer")
                .setTableName(schema.getTableName())
                .addFields(
                    SchemaField.newBuilder()
                        .setName("customer_id")
                        .setDisplayName("customer_id")
                        .setDataType(DataType.DATA_TYPE_VARCHAR)
                        .setLength(255)
                        .setIsPrimaryKey(true)
                        .setIsUnique(true)
                        .setOrdinal(1))
                .addFields(
                    SchemaField.newBuilder()
                        .setName("age")
                        .setDisplayName("age")
                        .setDataType(DataType.DATA_TYPE_INTEGER)
                        .setIsNullable(true)
                        .setOrdinal(2))
                .setCustomerKey("customer_id")
                .setCreatedAt(schema.getCreatedAt())
                .setUpdatedAt(schema.getCreatedAt())
                .build());
    assertThat(
            tenant.schemas.getSchema(GetSchemaRequest.newBuilder().setId(schema.getId()).build()))
        .isEqualTo(schema);
    assertThat(columns(schema)).containsExactly("customer_id", "age");
  }

  @Test
  void theCustomerKeyIsTheFieldNamedSoElseThePrimaryKey() {
    assertThat(tenant.schema("a", "id:bigint", "name:text").getCustomerKey()).isEqualTo("id");
    assertThat(tenant.schema("b", "id:bigint", "customerId:text").getCustomerKey())
        .isEqualTo("customerId");
    Schema orders =
        tenant.schemas.createSchema(
            CreateSchemaRequest.newBuilder()
                .setName("orders")
                .addFields(field("order_id:bigint").toBuilder().setIsPrimaryKey(true))
                .addFields(field("customer_id:text"))
                .build());
    assertThat(orders.getCustomerKey()).isEqualTo("customer_id");
    assertThat(orders.getFields(0).getIsPrimaryKey()).isTrue();
    assertThat(orders.getFields(1).getIsPrimaryKey()).isFalse();
  }

  @Test
  void twoTenantsMayUseTheSameName() {
    Tenant other = service.tenant();
    Schema mine = tenant.schema("same", "id:text");
    Schema theirs = other.schema("same", "id:text");

    assertThat(mine.getTableName()).isNotEqualTo(theirs.getTableName());
    assertRefused(ErrorReason.ERROR_REASON_ALREADY_EXISTS, () -> tenant.schema("same", "id:text"));
  }

  @Test
  void anyLegalNameSurvives() {
    List<String> names =
        List.of(
            "select",
            "user",
            "order",
            "Id",
            "ID",
            "a\"b",
            "it's",
            "a;drop table x",
            "größe",
            "名前",
            "😀",
            "x y",
            "a?b",
            "{0}",
            "$1",
            ":a",
            "a--b",
            "a/*b",
            "\\",
            "%",
            "ö".repeat(31),
            "x".repeat(63));
    CreateSchemaRequest.Builder request =
        CreateSchemaRequest.newBuilder()
            .setName("\"quoted\" 'schema'; -- 名前 ?")
            .addFields(field("id:text"));
    names.forEach(
        name ->
            request.addFields(
                SchemaFieldInput.newBuilder()
                    .setName(name)
                    .setDataType(DataType.DATA_TYPE_TEXT)
                    .setIsUnique(true)));
    Schema schema = tenant.schemas.createSchema(request.build());

    assertThat(schema.getTableName()).matches("ds_[a-z0-9_]+");
    List<String> expected = new ArrayList<>(names);
    expected.addFirst("id");
    assertThat(columns(schema)).containsExactlyElementsOf(expected);
    StringBuilder row = new StringBuilder("[{\"id\":\"1\"");
    for (String name : names) {
      row.append(",\"").append(name.replace("\\", "\\\\").replace("\"", "\\\"")).append("\":\"");
      row.append(name.replace("\\", "\\\\").replace("\"", "\\\"")).append("\"");
    }
    row.append("}]");
    assertThat(
            tenant
                .insert(schema, row.toString().replace("'", "\u0001").replace("\u0001", "\\u0027"))
                .getInserted())
        .isEqualTo(1);
    assertThat(
            tenant
                .rows
                .listRows(ListRowsRequest.newBuilder().setSchemaId(schema.getId()).build())
                .getRows())
        .isEqualTo(row.toString());
  }

  @Test
  void illegalDefinitionsAreRefusedWithAllFaults() {
    CreateSchemaRequest request =
        CreateSchemaRequest.newBuilder()
            .setName("bad")
            .addFields(field("a.b:text"))
            .addFields(field("xmax:text"))
            .addFields(field("ö".repeat(32) + ":text"))
            .addFields(field(" padded:text"))
            .addFields(field("new\nline:text"))
            .addFields(field("same:text"))
            .addFields(field("same:text"))
            .addFields(field("number:integer").toBuilder().setLength(3))
            .addFields(field("text:text").toBuilder().setPrecision(3))
            .addFields(field("dec:decimal").toBuilder().setPrecision(3).setScale(4))
            .addFields(field("count:integer").toBuilder().setDefaultValue("\"one\""))
            .addFields(field("doc:json").toBuilder().setIsUnique(true))
            .build();

    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () -> tenant.schemas.createSchema(request))
                .fields())
        .containsExactly(
            "fields[0].name: must not contain a full stop, which qualifies fields with schemas",
            "fields[1].name: must not be one of cmax, cmin, ctid, tableoid, xmax, xmin",
            "fields[2].name: must have at most 63 bytes",
            "fields[3].name: must not start or end with a space",
            "fields[4].name: must not contain control characters or malformed Unicode",
            "fields[6].name: \"same\" is there twice",
            "fields: needs a primary key: mark a field isPrimaryKey or name one customer_id",
            "fields[7].length: is only for varchar",
            "fields[8].precision: is only for decimal",
            "fields[9].scale: must be at most the precision, 3",
            "fields[10].default_value: must be an integer, was a string",
            "fields[11].is_unique: is not possible for json");
  }

  @Test
  void keysOfOtherTypesAreRefused() {
    CreateSchemaRequest request =
        CreateSchemaRequest.newBuilder()
            .setName("bad")
            .addFields(field("id:decimal").toBuilder().setIsNullable(true).setDefaultValue("1"))
            .build();

    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () -> tenant.schemas.createSchema(request))
                .fields())
        .containsExactly(
            "fields[0].data_type: of a primary key must be text, varchar, integer or bigint",
            "fields[0].is_nullable: must not be true for a primary key",
            "fields[0].default_value: is not possible for a primary key");
  }

  @Test
  void updateAddsFieldsToTheTableAndToTheSegmentsOverIt() {
    Schema schema = tenant.schema("people", "id:bigint", "name:text");
    tenant.insert(schema, "[{'id':1,'name':'Ada'}]");
    Segment segment = tenant.segment(schema, "[{'field':'name','operator':'=','value':'Ada'}]");

    Schema updated =
        tenant.schemas.updateSchema(
            UpdateSchemaRequest.newBuilder()
                .setId(schema.getId())
                .setDescription("People")
                .addFields(field("name:text").toBuilder().setDisplayName("Full name"))
                .addFields(field("city:text").toBuilder().setDefaultValue("\"Ulm\""))
                .addFields(field("score:float"))
                .build());

    assertThat(updated.getDescription()).isEqualTo("People");
    assertThat(updated.getFieldsList().stream().map(SchemaField::getName))
        .containsExactly("id", "name", "city", "score");
    assertThat(updated.getFields(1).getDisplayName()).isEqualTo("Full name");
    assertThat(columns(schema)).containsExactly("id", "name", "city", "score");
    Map<String, Object> member =
        service
            .database()
            .asOwner(
                owner -> {
                  owner.execute("set sextant.tenant = '" + tenant.id + "'");
                  return owner
                      .fetchSingle("select * from segment_view." + segment.getViewName())
                      .intoMap();
                });
    assertThat(member)
        .containsEntry("customer_id", "1")
        .containsEntry("city", "Ulm")
        .containsEntry("score", null);
  }

  @Test
  void attributesArePublishedToReadersOfTheTenant() {
    Schema people = tenant.schema("people", "id:bigint", "name:text");
    tenant.insert(people, "[{'id':1,'name':'Ada'}]");
    tenant.schemas.updateSchema(
        UpdateSchemaRequest.newBuilder()
            .setId(people.getId())
            .addFields(field("city:text").toBuilder().setDefaultValue("\"Ulm\""))
            .build());
    String attributes = "select name || ' ' || data_type from segments.attribute_v1 order by 1";
    String rows =
        "select \"customer.text\" || ' ' || name || ' ' || city from segment_view."
            + people.getTableName();

    assertThat(readByJourneys(tenant.id, attributes))
        .containsExactly("city text", "id bigint", "name text");
    assertThat(readByJourneys(tenant.id, rows)).containsExactly("1 Ada Ulm");
    assertThat(readByJourneys("another", attributes)).isEmpty();
    assertThat(readByJourneys("another", rows)).isEmpty();

    tenant.schemas.deleteSchema(DeleteSchemaRequest.newBuilder().setId(people.getId()).build());
    assertThat(readByJourneys(tenant.id, attributes)).isEmpty();
  }

  @Test
  void tablesOfBeforeAreMadeReadableAtTheNextStart() {
    Schema people = tenant.schema("people", "id:bigint", "name:text");
    tenant.insert(people, "[{'id':1,'name':'Ada'}]");
    String view = "segment_view." + people.getTableName();
    service.database().asOwner(owner -> owner.execute("drop view " + view));

    Unpublished.publish(service.login(SegmentsConfig.ROLE), new SchemaRepository());

    assertThat(readByJourneys(tenant.id, "select name from " + view)).containsExactly("Ada");
    assertThat(readByJourneys("another", "select name from " + view)).isEmpty();
  }

  private static List<String> readByJourneys(String tenant, String query) {
    return service
        .database()
        .asOwner(
            owner -> {
              owner.execute("set role sextant_journeys");
              owner.execute("set sextant.tenant = '" + tenant + "'");
              return owner.fetch(query).getValues(0, String.class);
            });
  }

  @Test
  void onlyWhatIsForPeopleCanChangeInAFieldThatExists() {
    Schema schema = tenant.schema("fixed", "id:text", "age:integer");
    UpdateSchemaRequest request =
        UpdateSchemaRequest.newBuilder()
            .setId(schema.getId())
            .addFields(field("age:bigint"))
            .addFields(field("customer_id:text"))
            .addFields(field("second:text").toBuilder().setIsPrimaryKey(true))
            .addFields(field("required:text:required"))
            .addFields(field("unique:text").toBuilder().setIsUnique(true).setDefaultValue("\"x\""))
            .build();

    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () -> tenant.schemas.updateSchema(request))
                .fields())
        .containsExactly(
            "fields[0].name: \"age\" exists; only displayName and description can change",
            "fields[1].name: cannot be added later: it would change whose the rows are",
            "fields[2].is_primary_key: cannot be added to a schema that has one",
            "fields[3].default_value: is required, for the rows that exist",
            "fields[4].default_value: cannot be unique, all rows that exist would get it");
    assertThat(columns(schema)).containsExactly("id", "age");
  }

  @Test
  void updateTellsAbsentFromNull() {
    Schema schema =
        tenant.schemas.createSchema(
            CreateSchemaRequest.newBuilder()
                .setName("masked")
                .setDisplayName("Masked")
                .setDescription("about")
                .addFields(field("id:text"))
                .build());
    UpdateSchemaRequest.Builder update = UpdateSchemaRequest.newBuilder().setId(schema.getId());

    Schema renamed = tenant.schemas.updateSchema(update.clone().setName("renamed").build());
    assertThat(renamed.getDescription()).isEqualTo("about");
    Schema cleared =
        tenant.schemas.updateSchema(
            update
                .clone()
                .setUpdateMask(
                    FieldMask.newBuilder()
                        .addPaths("id")
                        .addPaths("description")
                        .addPaths("display_name"))
                .build());
    assertThat(cleared.hasDescription()).isFalse();
    assertThat(cleared.getDisplayName()).isEqualTo("renamed");
    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        tenant.schemas.updateSchema(
                            update
                                .clone()
                                .setUpdateMask(
                                    FieldMask.newBuilder().addPaths("name").addPaths("tableName"))
                                .build()))
                .fields())
        .containsExactly(
            "name: must not be null",
            "update_mask: \"tableName\" is not a field that can be updated");
  }

  @Test
  void aSchemaInUseCanNeitherBeDeletedNorRenamed() {
    Schema schema = tenant.schema("used", "id:text");
    Schema taken = tenant.schema("taken", "id:text");
    Segment segment = tenant.segment(schema, "[]");

    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_IN_USE,
                    () ->
                        tenant.schemas.deleteSchema(
                            DeleteSchemaRequest.newBuilder().setId(schema.getId()).build()))
                .message())
        .contains("segment:" + segment.getId());
    assertRefused(
        ErrorReason.ERROR_REASON_IN_USE,
        () ->
            tenant.schemas.updateSchema(
                UpdateSchemaRequest.newBuilder().setId(schema.getId()).setName("new").build()));
    assertRefused(
        ErrorReason.ERROR_REASON_ALREADY_EXISTS,
        () ->
            tenant.schemas.updateSchema(
                UpdateSchemaRequest.newBuilder().setId(taken.getId()).setName("used").build()));
  }

  @Test
  void deleteDropsTheTable() {
    Schema schema = tenant.schema("gone", "id:text");

    tenant.schemas.deleteSchema(DeleteSchemaRequest.newBuilder().setId(schema.getId()).build());

    assertThat(columns(schema)).isEmpty();
    assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () ->
            tenant.schemas.getSchema(GetSchemaRequest.newBuilder().setId(schema.getId()).build()));
    assertRefused(ErrorReason.ERROR_REASON_NOT_FOUND, () -> tenant.insert(schema, "[{'id':'1'}]"));
  }

  @Test
  void failedDdlLeavesTheCatalogueAsItWas() {
    service
        .database()
        .asOwner(
            owner -> owner.execute("revoke create on schema segments_data from sextant_segments"));
    try {
      assertRefused(
          ErrorReason.ERROR_REASON_INTERNAL, () -> tenant.schema("impossible", "id:text"));
    } finally {
      service
          .database()
          .asOwner(
              owner -> owner.execute("grant create on schema segments_data to sextant_segments"));
    }
    assertThat(tenant.schemas.listSchemas(ListSchemasRequest.getDefaultInstance()).getDataList())
        .isEmpty();
    tenant.schema("impossible", "id:text");
  }

  @Test
  void pagesConcatenatedAreTheWholeListAlsoWhenSchemasAreAdded() {
    for (int number = 0; number < 7; number++) {
      tenant.schema("s" + number, "id:text");
    }
    List<String> names = new ArrayList<>();
    ListSchemasResponse page =
        tenant.schemas.listSchemas(ListSchemasRequest.newBuilder().setLimit(3).build());
    assertThat(page.getPagination().getTotal()).isEqualTo(7);
    assertThat(page.getPagination().getLimit()).isEqualTo(3);
    while (true) {
      page.getDataList().forEach(schema -> names.add(schema.getName()));
      if (!page.getPagination().getHasMore()) {
        break;
      }
      if (names.size() == 3) {
        tenant.schema("late", "id:text");
      }
      page =
          tenant.schemas.listSchemas(
              ListSchemasRequest.newBuilder()
                  .setLimit(3)
                  .setCursor(page.getPagination().getCursor())
                  .build());
    }
    assertThat(names).containsExactly("s0", "s1", "s2", "s3", "s4", "s5", "s6", "late");
    assertThat(page.getPagination().hasCursor()).isFalse();
    assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        () -> tenant.schemas.listSchemas(ListSchemasRequest.newBuilder().setCursor("abc").build()));
  }

  private static List<String> columns(Schema schema) {
    return service
        .database()
        .asOwner(
            (DSLContext owner) ->
                owner
                    .fetch(
                        "select column_name::text from information_schema.columns"
                            + " where table_schema = 'segments_data' and table_name = ?"
                            + " order by ordinal_position",
                        schema.getTableName())
                    .getValues(0, String.class));
  }
}
