package sextant.kit.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.FieldMask;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sextant.metrics.v1.UpdateMetricRequest;

class ChangesTest {

  private static final UpdateMetricRequest REQUEST =
      UpdateMetricRequest.newBuilder()
          .setId("17")
          .setName("spent")
          .addGroupByDimensions("offer")
          .build();

  @Test
  void withoutAMaskWhatIsSetChanges() {
    Changes changes = Changes.of(REQUEST, "id", Set.of("name", "status"));
    assertThat(changes.fields()).containsExactly("name", "group_by_dimensions");
    assertThat(changes.include("name")).isTrue();
    assertThat(changes.include("status")).isFalse();
  }

  @Test
  void aMaskSaysWhatChangesAndInWhichOrder() {
    assertThat(of("group_by_dimensions", "window_days", "id").fields())
        .containsExactly("group_by_dimensions", "window_days");
  }

  @Test
  void aMaskOfTheKeyAloneChangesNothing() {
    assertThat(of("id").fields()).isEmpty();
  }

  @Test
  void allThatIsWrongIsSaid() {
    assertThatThrownBy(() -> of("epoch", "status", "update_mask", "window_days", "name.first"))
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal ->
                assertThat(refusal.violations())
                    .extracting(violation -> violation.field() + ": " + violation.message())
                    .isEqualTo(
                        List.of(
                            "update_mask: \"epoch\" is not a field that can be updated",
                            "status: must not be null",
                            "update_mask: \"update_mask\" is not a field that can be updated",
                            "update_mask: \"name.first\" is not a field that can be updated")));
  }

  private static Changes of(String... mask) {
    FieldMask paths = FieldMask.newBuilder().addAllPaths(List.of(mask)).build();
    return Changes.of(
        REQUEST.toBuilder().setUpdateMask(paths).build(), "id", Set.of("name", "status"));
  }
}
