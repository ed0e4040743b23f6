package sextant.segments.schema;

import static org.jooq.impl.DSL.constraint;
import static sextant.segments.v1.DataType.DATA_TYPE_JSON;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.Constraint;
import org.jooq.CreateTableElementListStep;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.Name;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;
import sextant.segments.value.BadValue;
import sextant.segments.value.FieldValue;
import sextant.segments.value.Json;

/// The PostgreSQL table of a schema. Every identifier of it in any statement comes from here, and
/// here from the catalogue.
public final class CustomerTable {

  private static final String NAMESPACE = "segments_data";
  private static final String VIEWS = "segment_view";

  /// The column of the view that says whose row it is. Not the name of any field: those have no
  /// full stop.
  private static final Name CUSTOMER = DSL.name("customer.text");

  /// Who reads attributes in SQL.
  private static final String READER = "sextant_journeys";

  private CustomerTable() {}

  public static Name name(Schema schema) {
    return DSL.name(NAMESPACE, schema.getTableName());
  }

  public static Table<?> table(Schema schema) {
    return DSL.table(name(schema));
  }

  /// The column of a field, of the table or of an alias of it.
  public static Field<Object> column(Name table, SchemaField field) {
    return DSL.field(table.append(field.getName()), type(field));
  }

  /// The column of a field, where only one table is in sight.
  public static Field<Object> column(SchemaField field) {
    return DSL.field(DSL.name(field.getName()), type(field));
  }

  public static SchemaField primaryKey(Schema schema) {
    return schema.getFieldsList().stream()
        .filter(SchemaField::getIsPrimaryKey)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no primary key in " + schema.getId()));
  }

  /// The field that says whose row it is.
  public static SchemaField customerKey(Schema schema) {
    return schema.getFieldsList().stream()
        .filter(field -> field.getName().equals(schema.getCustomerKey()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no customer key in " + schema.getId()));
  }

  public static boolean isText(SchemaField field) {
    return switch (field.getDataType()) {
      case DATA_TYPE_TEXT, DATA_TYPE_VARCHAR -> true;
      default -> false;
    };
  }

  static void create(DSLContext tx, Schema schema) {
    String table = schema.getTableName();
    CreateTableElementListStep create = tx.createTable(name(schema));
    List<Constraint> constraints = new ArrayList<>();
    for (SchemaField field : schema.getFieldsList()) {
      create = create.column(DSL.name(field.getName()), definition(field));
      if (field.getIsPrimaryKey()) {
        constraints.add(constraint(DSL.name(table + "_pk")).primaryKey(DSL.name(field.getName())));
      } else if (field.getIsUnique()) {
        constraints.add(unique(table, field));
      }
    }
    create.constraints(constraints).execute();
    indexCustomers(tx, schema);
    publish(tx, schema);
  }

  /// Lets others read the rows, of this tenant in a transaction of this tenant only. Added fields
  /// come last, so that the view can be replaced in place.
  static void publish(DSLContext tx, Schema schema) {
    Name view = DSL.name(VIEWS, schema.getTableName());
    List<Field<?>> columns = new ArrayList<>();
    columns.add(column(customerKey(schema)).cast(SQLDataType.CLOB).as(CUSTOMER));
    schema.getFieldsList().forEach(field -> columns.add(column(field)));
    tx.createOrReplaceView(view)
        .as(
            DSL.select(columns)
                .from(table(schema))
                .where(
                    DSL.function(
                            "current_setting",
                            SQLDataType.CLOB,
                            DSL.inline("sextant.tenant"),
                            DSL.inline(true))
                        .eq(DSL.inline(schema.getTenantId()))))
        .execute();
    tx.grant(DSL.privilege("select")).on(DSL.table(view)).to(DSL.role(READER)).execute();
  }

  /// Readers look customers up by the text of the key; where that is not the primary key itself, it
  /// needs an index of its own.
  private static void indexCustomers(DSLContext tx, Schema schema) {
    SchemaField key = customerKey(schema);
    if (isText(key) && key.getIsPrimaryKey()) {
      return;
    }
    Field<Object> column = column(key);
    tx.createIndex(DSL.name(schema.getTableName() + "_customer"))
        .on(table(schema), isText(key) ? column : column.cast(SQLDataType.CLOB))
        .execute();
  }

  static void addColumns(DSLContext tx, Schema schema, List<SchemaField> added) {
    for (SchemaField field : added) {
      tx.alterTable(name(schema)).add(DSL.name(field.getName()), definition(field)).execute();
      if (field.getIsUnique()) {
        tx.alterTable(name(schema)).add(unique(schema.getTableName(), field)).execute();
      }
    }
    publish(tx, schema);
  }

  static void drop(DSLContext tx, Schema schema) {
    tx.dropViewIfExists(DSL.name(VIEWS, schema.getTableName())).execute();
    tx.dropTable(name(schema)).execute();
  }

  private static Constraint unique(String table, SchemaField field) {
    return constraint(uniqueName(table, field)).unique(DSL.name(field.getName()));
  }

  private static Name uniqueName(String table, SchemaField field) {
    return DSL.name(table + "_u" + field.getOrdinal());
  }

  /// The unique field that a constraint of the table stands for.
  public static Optional<SchemaField> uniqueField(Schema schema, String constraint) {
    return schema.getFieldsList().stream()
        .filter(field -> uniqueName(schema.getTableName(), field).last().equals(constraint))
        .findFirst();
  }

  private static DataType<?> definition(SchemaField field) {
    DataType<Object> type = type(field).nullable(field.getIsNullable());
    return field.hasDefaultValue() ? type.defaultValue(DSL.inline(defaultOf(field), type)) : type;
  }

  private static Object defaultOf(SchemaField field) {
    try {
      return field.getDataType() == DATA_TYPE_JSON
          ? JSON.json(field.getDefaultValue())
          : FieldValue.of(field, Json.parse(field.getDefaultValue()));
    } catch (BadValue checkedBefore) {
      throw new IllegalStateException("a stored default is not valid: " + field, checkedBefore);
    }
  }

  /// What jOOQ calls the type of a column. Columns of all types are handled alike, hence Object.
  @SuppressWarnings("unchecked")
  public static DataType<Object> type(SchemaField field) {
    DataType<?> type =
        switch (field.getDataType()) {
          case DATA_TYPE_TEXT -> SQLDataType.CLOB;
          case DATA_TYPE_VARCHAR -> SQLDataType.VARCHAR(field.getLength());
          case DATA_TYPE_INTEGER -> SQLDataType.INTEGER;
          case DATA_TYPE_BIGINT -> SQLDataType.BIGINT;
          case DATA_TYPE_DECIMAL, DATA_TYPE_NUMBER ->
              field.hasPrecision()
                  ? SQLDataType.NUMERIC(field.getPrecision(), field.getScale())
                  : SQLDataType.NUMERIC;
          case DATA_TYPE_FLOAT -> SQLDataType.DOUBLE;
          case DATA_TYPE_BOOLEAN -> SQLDataType.BOOLEAN;
          case DATA_TYPE_DATE -> SQLDataType.LOCALDATE;
          case DATA_TYPE_TIMESTAMP -> SQLDataType.INSTANT;
          case DATA_TYPE_JSON -> SQLDataType.JSON;
          case DATA_TYPE_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalStateException("a field without a type: " + field);
        };
    return (DataType<Object>) type;
  }
}
