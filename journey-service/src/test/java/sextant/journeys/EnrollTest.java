package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.errors.v1.ErrorReason;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.EnrollCustomersResponse;
import sextant.journeys.v1.Enrollment;
import sextant.journeys.v1.ReEntry;
import sextant.kit.testing.RpcAssertions;

final class EnrollTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private final Scenario scenario = new Scenario(mesh);

  @AfterEach
  void invariantsHold() {
    mesh.drain();
    Invariants.check(mesh.database());
  }

  private EnrollCustomersResponse enroll(EnrollCustomersRequest.Builder request) {
    return mesh.journeys(scenario.tenant).enrollCustomers(request.build());
  }

  private String running(ReEntry rule) {
    return scenario.running(
        CreateJourneyRequest.newBuilder()
            .setDefinition(Definitions.waiting("{\"delayHours\":24}"))
            .setReEntry(rule));
  }

  @Test
  void theDocumentedAnswer() {
    String journey = running(ReEntry.RE_ENTRY_NEVER);
    enroll(EnrollCustomersRequest.newBuilder().setId(journey).setCustomerId("c3"));

    assertThat(
            enroll(
                EnrollCustomersRequest.newBuilder()
                    .setId(journey)
                    .addAllCustomerIds(List.of("c1", "c2", "c3", "c4", "c5", "c6"))))
        .isEqualTo(
            EnrollCustomersResponse.newBuilder()
                .setJourneyId(journey)
                .setJourneyName("a journey")
                .setEnrolled(5)
                .setSkipped(1)
                .setTotal(6)
                .build());
    assertThat(
            enroll(
                EnrollCustomersRequest.newBuilder()
                    .setId(journey)
                    .addAllCustomerIds(List.of("d", "d", "d"))))
        .returns(1, EnrollCustomersResponse::getEnrolled)
        .returns(2, EnrollCustomersResponse::getSkipped)
        .returns(3, EnrollCustomersResponse::getTotal);
  }

  @Test
  void aCustomerEntersOnceUnlessTheJourneySaysOtherwise() {
    String never = running(ReEntry.RE_ENTRY_NEVER);
    String afterExit = running(ReEntry.RE_ENTRY_AFTER_EXIT);
    String always = running(ReEntry.RE_ENTRY_ALWAYS);

    for (String journey : List.of(never, afterExit, always)) {
      assertThat(scenario.enroll(journey, "ada").getEnrolled()).isEqualTo(1);
    }
    assertThat(scenario.enroll(never, "ada").getEnrolled()).isZero();
    assertThat(scenario.enroll(afterExit, "ada").getEnrolled()).isZero();
    assertThat(scenario.enroll(always, "ada").getEnrolled()).isEqualTo(1);

    mesh.pass(Duration.ofHours(24));
    assertThat(scenario.enroll(never, "ada").getEnrolled()).isZero();
    assertThat(scenario.enroll(afterExit, "ada").getEnrolled()).isEqualTo(1);
    assertThat(scenario.enroll(always, "ada").getEnrolled()).isEqualTo(1);
    assertThat(scenario.enrollments(afterExit, "ada").stream().map(Enrollment::getEntry))
        .containsExactly(2, 1);
    assertThat(scenario.enrollments(always, "ada").stream().map(Enrollment::getEntry))
        .containsExactly(3, 2, 1);
  }

  @Test
  void exactlyOneOfTheTwoFieldsIsRequired() {
    String journey = running(ReEntry.RE_ENTRY_NEVER);
    for (EnrollCustomersRequest.Builder request :
        List.of(
            EnrollCustomersRequest.newBuilder().setId(journey),
            EnrollCustomersRequest.newBuilder()
                .setId(journey)
                .setCustomerId("a")
                .addCustomerIds("b"),
            EnrollCustomersRequest.newBuilder().setId(journey).addCustomerIds(""),
            EnrollCustomersRequest.newBuilder().setId(journey).setCustomerId("x".repeat(129)),
            EnrollCustomersRequest.newBuilder()
                .setId(journey)
                .addAllCustomerIds(
                    IntStream.rangeClosed(0, 1000).mapToObj(index -> "c" + index).toList()))) {
      RpcAssertions.assertRefused(ErrorReason.ERROR_REASON_INVALID_ARGUMENT, () -> enroll(request));
    }
  }

  @Test
  void onlyAnActiveJourneyTakesCustomers() {
    String draft =
        mesh.journeys(scenario.tenant)
            .createJourney(CreateJourneyRequest.newBuilder().setName("draft").build())
            .getId();

    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_WRONG_STATE,
        () -> enroll(EnrollCustomersRequest.newBuilder().setId(draft).setCustomerId("a")));
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () -> enroll(EnrollCustomersRequest.newBuilder().setId("nothing").setCustomerId("a")));
  }

  @Test
  void countsAreExactWhenManyEnrollTheSameCustomersAtOnce() throws Exception {
    for (ReEntry rule : List.of(ReEntry.RE_ENTRY_NEVER, ReEntry.RE_ENTRY_ALWAYS)) {
      String journey = running(rule);
      Random random = new Random(42);
      List<Callable<EnrollCustomersResponse>> calls = new ArrayList<>();
      for (int call = 0; call < 40; call++) {
        List<String> some =
            random.ints(0, 300).distinct().limit(100).mapToObj(id -> "c" + id).toList();
        calls.add(
            () ->
                enroll(EnrollCustomersRequest.newBuilder().setId(journey).addAllCustomerIds(some)));
      }
      int enrolled = 0;
      int skipped = 0;
      try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
        for (Future<EnrollCustomersResponse> answer : threads.invokeAll(calls)) {
          enrolled += answer.get().getEnrolled();
          skipped += answer.get().getSkipped();
        }
      }
      assertThat(enrolled + skipped).isEqualTo(4_000);
      assertThat(scenario.analytics(journey).getFunnel().getTotalEntries()).isEqualTo(enrolled);
      assertThat(enrolled).isEqualTo(rule == ReEntry.RE_ENTRY_ALWAYS ? 4_000 : 300);
    }
  }
}
