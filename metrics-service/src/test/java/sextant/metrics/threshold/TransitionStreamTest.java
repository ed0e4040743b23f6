package sextant.metrics.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_NOT_FOUND;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_WRONG_STATE;
import static sextant.kit.testing.RpcAssertions.assertRefused;
import static sextant.metrics.threshold.Scene.observation;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.Definition;
import sextant.metrics.v1.DeleteDefinitionRequest;
import sextant.metrics.v1.ListTransitionsRequest;
import sextant.metrics.v1.Observation;
import sextant.metrics.v1.StreamTransitionsRequest;
import sextant.metrics.v1.ThresholdsServiceGrpc;
import sextant.metrics.v1.Transition;

final class TransitionStreamTest {

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  private final Scene scene = new Scene(mesh, mesh.newTenant());

  private Iterator<Transition> stream(String idOrSlug, long after) {
    return scene
        .thresholds()
        .streamTransitions(
            StreamTransitionsRequest.newBuilder().setIdOrSlug(idOrSlug).setAfter(after).build());
  }

  @Test
  void aStreamBringsWhatWasAndThenWhatHappensInAnyReplica() {
    scene.numeric("n");
    Definition sum = scene.aggregate("n", "SUM", "GREATER_THAN", "0");
    scene.observe("n", observation("a", "1"));
    scene.observe("n", observation("a", "-1"));
    Iterator<Transition> fromTheStart = stream(sum.getSlug(), 0);
    Iterator<Transition> resumed = stream(sum.getId(), 2);
    assertThat(fromTheStart.next().getPosition()).isEqualTo(1);
    assertThat(fromTheStart.next().getFired()).isFalse();
    scene.observe("n", observation("a", "5"));
    Transition third = fromTheStart.next();
    assertThat(third.getPosition()).isEqualTo(3);
    assertThat(third.getValue()).isEqualTo("5");
    assertThat(third.hasSubjectId()).isFalse();
    assertThat(resumed.next()).isEqualTo(third);
    scene
        .definitions()
        .deleteDefinition(DeleteDefinitionRequest.newBuilder().setIdOrSlug(sum.getId()).build());
    assertRefused(ERROR_REASON_NOT_FOUND, resumed::next);
  }

  @Test
  void aSlowReaderMissesNothing() {
    scene.numeric("n");
    Definition each = scene.each("n", "GREATER_THAN", "0");
    List<Observation> observations = new ArrayList<>();
    for (int index = 0; index < 1_000; index++) {
      observations.add(observation("s" + index, "1"));
    }
    for (int call = 0; call < 3; call++) {
      Scene.observe(scene.observations(), "n", observations);
    }
    Iterator<Transition> all = stream(each.getId(), 0);
    for (int position = 1; position <= 3_000; position++) {
      assertThat(all.next().getPosition()).isEqualTo(position);
    }
  }

  @Test
  void onlyThresholdsOfTheTenantAreStreamed() {
    scene.numeric("n");
    Definition each = scene.each("n", "GREATER_THAN", "0");
    assertRefused(ERROR_REASON_WRONG_STATE, () -> stream("n", 0).next());
    assertRefused(ERROR_REASON_NOT_FOUND, () -> stream("nobody", 0).next());
    var another =
        mesh.as(ThresholdsServiceGrpc::newBlockingStub, mesh.newTenant(), Role.ROLE_ADMIN);
    assertRefused(
        ERROR_REASON_NOT_FOUND,
        () ->
            another
                .streamTransitions(
                    StreamTransitionsRequest.newBuilder().setIdOrSlug(each.getId()).build())
                .next());
  }

  @Test
  void listsRunNewestFirstOrOnFromAPosition() {
    scene.numeric("n");
    Definition each = scene.each("n", "GREATER_THAN", "0");
    for (String subject : List.of("a", "b", "a", "c", "a")) {
      scene.observe("n", observation(subject, "1"));
    }
    var request = ListTransitionsRequest.newBuilder().setIdOrSlug(each.getId()).setLimit(2);
    assertThat(positions(request)).containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(positions(request.setAfter(2))).containsExactly(3L, 4L, 5L);
    assertThat(positions(request.clearAfter().setSubjectId("a"))).containsExactly(5L, 3L, 1L);
    assertThat(positions(request.setSubjectId("z"))).isEmpty();
  }

  private List<Long> positions(ListTransitionsRequest.Builder request) {
    List<Long> positions = new ArrayList<>();
    request.clearCursor();
    while (true) {
      var page = scene.thresholds().listTransitions(request.build());
      page.getDataList().forEach(each -> positions.add(each.getPosition()));
      if (!page.getPagination().getHasMore()) {
        assertThat(page.getPagination().getTotal()).isEqualTo(positions.size());
        return positions;
      }
      request.setCursor(page.getPagination().getCursor());
    }
  }
}
