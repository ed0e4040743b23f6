package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.ReEntry;

/// Customers enter by themselves: by what they do, or by being in a segment.
final class EntryTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private final Scenario scenario = new Scenario(mesh);
  private final String tenant = scenario.tenant;

  @AfterEach
  void invariantsHold() {
    mesh.drain();
    Invariants.check(mesh.database());
  }

  private long entries(String journey) {
    return scenario.analytics(journey).getFunnel().getTotalEntries();
  }

  private CreateJourneyRequest.Builder journey(String entryCondition) {
    return CreateJourneyRequest.newBuilder()
        .setDefinition(Definitions.waiting("{\"delayHours\":24}"))
        .setEntryCondition(entryCondition);
  }

  @Test
  void anEventLetsIn() {
    String journey = scenario.running(journey("{\"event\":\"account_created\"}"));

    mesh.neighbours().happen(tenant, "ada", "account_created");
    mesh.neighbours().happen(tenant, "bob", "click");
    mesh.drain();

    assertThat(entries(journey)).isEqualTo(1);
    assertThat(scenario.enrollment(journey, "ada").getNodeId()).isEqualTo("wait");
    assertThat(mesh.neighbours().waitingEvents()).isZero();
  }

  @Test
  void theEntryTriggerMayNameTheEventToo() {
    String journey =
        scenario.running(
            CreateJourneyRequest.newBuilder()
                .setDefinition(
                    Definitions.flow()
                        .node("in", "entry_trigger", "{\"eventType\":\"signup\",\"condition\":{}}")
                        .node("out", "exit")
                        .edge("in", "out")
                        .json()));

    mesh.neighbours().happen(tenant, "ada", "signup");
    mesh.drain();

    assertThat(entries(journey)).isEqualTo(1);
  }

  @Test
  void anEventThatComesTwiceHasItsEffectOnce() {
    String journey =
        scenario.running(
            journey("{\"event\":\"account_created\"}").setReEntry(ReEntry.RE_ENTRY_ALWAYS));
    mesh.neighbours().happen(tenant, "ada", "account_created");
    mesh.neighbours().losesAcknowledgements = true;
    for (int pull = 0; pull < 3; pull++) {
      assertThatThrownBy(mesh::drain).hasMessageContaining("lost for the test");
    }
    mesh.neighbours().losesAcknowledgements = false;
    mesh.neighbours().happen(tenant, "ada", "account_created");
    mesh.drain();

    assertThat(entries(journey)).isEqualTo(2);
  }

  @Test
  void aConditionNarrowsTheEntry() {
    mesh.neighbours().setAttributes(tenant, "ada", "{\"country\":\"FR\"}");
    mesh.neighbours().setAttributes(tenant, "bob", "{\"country\":\"DE\"}");
    mesh.neighbours().setAttributes(tenant, "eve", "{\"country\":\"FR\"}");
    mesh.neighbours().addSegment(tenant, "vip", "seg_0123456789ab");
    mesh.neighbours().members(tenant, "vip").addAll(List.of("ada", "bob"));
    String journey =
        scenario.running(
            journey(
                """
                {"event":"account_created","segmentId":"vip",
                 "condition":{"field":"country","operator":"eq","value":"FR"}}
                """));

    for (String customer : List.of("ada", "bob", "eve")) {
      mesh.neighbours().happen(tenant, customer, "account_created");
    }
    mesh.drain();

    assertThat(entries(journey)).isEqualTo(1);
    assertThat(scenario.enrollment(journey, "ada").getNodeId()).isEqualTo("wait");
  }

  @Test
  void nobodyEntersAJourneyThatIsNotActive() {
    String journey = scenario.running(journey("{\"event\":\"account_created\"}"));
    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_PAUSED);

    mesh.neighbours().happen(tenant, "ada", "account_created");
    mesh.drain();
    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_ACTIVE);
    mesh.drain();

    assertThat(entries(journey)).isZero();
  }

  @Test
  void comingIntoASegmentLetsIn() {
    SegmentTables segments = new SegmentTables(mesh.database());
    String segment = segments.create(mesh.neighbours(), tenant);
    segments.add(segment, tenant, "ada", "ada", "bob");
    segments.add(segment, "somebody-else", "spy");
    String journey =
        scenario.running(
            journey("{\"segmentId\":\"" + segment + "\"}").setReEntry(ReEntry.RE_ENTRY_AFTER_EXIT));

    mesh.drain();
    assertThat(entries(journey)).isEqualTo(2);
    segments.add(segment, tenant, "eve");
    mesh.drain();
    assertThat(entries(journey)).isEqualTo(3);

    // Through the journey and still in the segment: that is not coming into it.
    mesh.pass(Duration.ofHours(24));
    mesh.drain();
    assertThat(entries(journey)).isEqualTo(3);
    segments.remove(segment, tenant, "ada");
    mesh.drain();
    segments.add(segment, tenant, "ada");
    mesh.drain();
    assertThat(entries(journey)).isEqualTo(4);
    assertThat(scenario.enrollment(journey, "ada").getEntry()).isEqualTo(2);
  }

  @Test
  void twoJourneysMayWatchTheSameSegment() {
    SegmentTables segments = new SegmentTables(mesh.database());
    String segment = segments.create(mesh.neighbours(), tenant);
    segments.add(segment, tenant, "ada");
    mesh.neighbours().setAttributes(tenant, "ada", "{\"country\":\"DE\"}");
    String first = scenario.running(journey("{\"segmentId\":\"" + segment + "\"}"));
    mesh.drain();
    String second = scenario.running(journey("{\"segmentId\":\"" + segment + "\"}"));
    String narrowed =
        scenario.running(
            journey(
                """
                {"segmentId":"%s","condition":{"field":"country","value":"FR"}}
                """
                    .formatted(segment)));
    mesh.drain();

    assertThat(entries(first)).isEqualTo(1);
    assertThat(entries(second)).isEqualTo(1);
    assertThat(entries(narrowed)).isZero();
  }
}
