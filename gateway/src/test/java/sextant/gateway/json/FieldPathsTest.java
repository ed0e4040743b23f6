package sextant.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.gateway.json.shapes.Contract;
import sextant.gateway.json.shapes.Everything;
import sextant.metrics.v1.RecordInteractionsRequest;

class FieldPathsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          events[3].customer_id                  | events[3].customerId
          events                                 | events
          events[0]                              | events[0]
          ''                                     | ''
          no_such_field                          | no_such_field
          events[3].no_such.other_one            | events[3].no_such.other_one
          events[3].customer_id.more             | events[3].customerId.more
          """)
  void namesBecomeThoseOfJson(String path, String expected) {
    assertThat(FieldPaths.toJson(RecordInteractionsRequest.getDescriptor(), path))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          maps.by_bool[true].named["a.b]c\\"_d"].left | maps.byBool[true].named["a.b]c\\"_d"].left
          more[1].more[2].known.int32_value           | more[1].more[2].known.int32Value
          maps.by_string["by_string"]                 | maps.byString["by_string"]
          """)
  void subscriptsStayAsTheyAre(String path, String expected) {
    Descriptor type = Everything.getDescriptor();
    assertThat(FieldPaths.toJson(type, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"counts.values, _count.values", "omitted_item.window_days, omittedItem.windowDays"})
  void ownJsonNamesAreUsed(String path, String expected) {
    assertThat(FieldPaths.toJson(Contract.getDescriptor(), path)).isEqualTo(expected);
  }
}
