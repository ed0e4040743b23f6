package sextant.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.gateway.json.shapes.Contract;
import sextant.gateway.json.shapes.Known;
import sextant.gateway.json.shapes.Lists;
import sextant.gateway.json.shapes.Maps;
import sextant.gateway.json.shapes.Scalars;

class FieldTextTest {
  @ParameterizedTest
  @CsvSource({
    "int32_field, 30, 30",
    "int32_field, 3e1, 30",
    "int64_field, -9223372036854775808, -9223372036854775808",
    "bool_field, true, true",
    "bool_field, false, false",
    "double_field, 1.5, 1.5",
    "string_field, true, true",
    "string_field, '', ''",
    "string_field, é😀, é😀",
    "light, deep_green, TRAFFIC_LIGHT_DEEP_GREEN",
    "comparison, EQUAL, COMPARISON_EQUAL"
  })
  void textIsReadByTheRulesOfJson(String name, String text, String expected) throws Exception {
    FieldDescriptor field = Scalars.getDescriptor().findFieldByName(name);
    WireBuffer out = new WireBuffer();
    assertThat(FieldText.append(out, field, text, "p")).isEmpty();
    Object value =
        DynamicMessage.parseFrom(Scalars.getDescriptor(), out.toByteArray()).getField(field);
    assertThat(value).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          int32_field  | abc     | must be an integer, was "abc"
          int32_field  | ''      | must be an integer, was ""
          int32_field  | 030     | must be an integer, was "030"
          int32_field  | +3      | must be an integer, was "+3"
          int32_field  | 3.5     | must be an integer, was 3.5
          int32_field  | 9999999999 | must be an integer between -2147483648 and 2147483647, was 9999999999
          bool_field   | yes     | must be true or false, was "yes"
          bool_field   | TRUE    | must be true or false, was "TRUE"
          double_field | NaN     | must be a number between -1.7976931348623157e308 and 1.7976931348623157e308, was "NaN"
          light        | blue    | must be one of red, amber, deep_green, was "blue"
          """)
  void badTextIsExplained(String name, String text, String message) {
    FieldDescriptor field = Scalars.getDescriptor().findFieldByName(name);
    assertThat(FieldText.append(new WireBuffer(), field, text, "p"))
        .contains(new Problem("p", message));
  }

  @Test
  void textThatCannotBeStoredIsRefused() {
    FieldDescriptor field = Scalars.getDescriptor().findFieldByName("string_field");
    assertThat(FieldText.append(new WireBuffer(), field, "a\0", "p"))
        .contains(new Problem("p", "must not contain the character U+0000"));
  }

  @Test
  void repeatedFieldsTakeOneCallPerValue() throws Exception {
    WireBuffer out = new WireBuffer();
    Descriptor type = Lists.getDescriptor();
    for (String number : new String[] {"1", "2", "-3"}) {
      assertThat(FieldText.append(out, type.findFieldByName("int32_field"), number, "n")).isEmpty();
    }
    assertThat(FieldText.append(out, type.findFieldByName("string_field"), "x", "s")).isEmpty();
    assertThat(Lists.parseFrom(out.toByteArray()))
        .isEqualTo(
            Lists.newBuilder()
                .addInt32Field(1)
                .addInt32Field(2)
                .addInt32Field(-3)
                .addStringField("x")
                .build());
  }

  @Test
  void whatIsAppendedWinsOverTheBody() throws Exception {
    WireBuffer out = new WireBuffer();
    out.append(Scalars.newBuilder().setStringField("body").setInt32Field(1).build().toByteArray());
    FieldDescriptor field = Scalars.getDescriptor().findFieldByName("string_field");
    FieldText.append(out, field, "path", "p");
    assertThat(Scalars.parseFrom(out.toByteArray()))
        .isEqualTo(Scalars.newBuilder().setStringField("path").setInt32Field(1).build());
  }

  @Test
  void timesAndWrappersAreText() throws Exception {
    WireBuffer out = new WireBuffer();
    FieldDescriptor timestamp = Known.getDescriptor().findFieldByName("timestamp");
    FieldDescriptor wrapper = Known.getDescriptor().findFieldByName("int64_value");
    assertThat(FieldText.append(out, timestamp, "2026-01-31T10:00:00Z", "t")).isEmpty();
    assertThat(FieldText.append(out, wrapper, "7", "i")).isEmpty();
    Known known = Known.parseFrom(out.toByteArray());
    assertThat(known.getTimestamp().getSeconds()).isEqualTo(1_769_853_600);
    assertThat(known.getInt64Value().getValue()).isEqualTo(7);
    assertThat(FieldText.append(new WireBuffer(), timestamp, "today", "t"))
        .map(Problem::message)
        .hasValueSatisfying(message -> assertThat(message).endsWith("was \"today\""));
  }

  @Test
  void decimalsAreText() throws Exception {
    WireBuffer out = new WireBuffer();
    FieldDescriptor field = Contract.getDescriptor().findFieldByName("decimal");
    Optional<Problem> problem = FieldText.append(out, field, "1.50", "d");
    assertThat(problem).isEmpty();
    assertThat(Contract.parseFrom(out.toByteArray()).getDecimal()).isEqualTo("1.50");
  }

  @Test
  void someFieldsHaveNoText() {
    assertThat(FieldText.supports(Contract.getDescriptor().findFieldByName("raw_any"))).isFalse();
    assertThat(FieldText.supports(Contract.getDescriptor().findFieldByName("counts"))).isFalse();
    assertThat(FieldText.supports(Maps.getDescriptor().findFieldByName("by_string"))).isFalse();
    assertThat(FieldText.supports(Known.getDescriptor().findFieldByName("structure"))).isFalse();
    assertThat(FieldText.supports(Known.getDescriptor().findFieldByName("timestamp"))).isTrue();
    assertThatThrownBy(
            () ->
                FieldText.append(
                    new WireBuffer(), Contract.getDescriptor().findFieldByName("raw_any"), "", ""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
