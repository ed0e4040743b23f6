package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.errors.v1.ErrorReason;
import sextant.journeys.v1.CancelEnrollmentRequest;
import sextant.journeys.v1.Channel;
import sextant.journeys.v1.ChannelKind;
import sextant.journeys.v1.DeleteChannelRequest;
import sextant.journeys.v1.Delivery;
import sextant.journeys.v1.DeliveryStatus;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.ListChannelsRequest;
import sextant.journeys.v1.ListDeadDeliveriesRequest;
import sextant.journeys.v1.ListDeadDeliveriesResponse;
import sextant.journeys.v1.ReplayDeliveriesRequest;
import sextant.journeys.v1.UpsertChannelRequest;
import sextant.kit.rpc.Timestamps;
import sextant.kit.testing.RpcAssertions;

/// Deliveries leave, to receivers of every kind.
final class DeliveryTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private static final String AT_ONCE = "{\"delayHours\":0}";

  private final Scenario scenario = new Scenario(mesh);
  private final Receiver receiver = new Receiver();

  @AfterEach
  void endWithInvariants() {
    receiver.close();
    Invariants.check(mesh.database());
  }

  private String sendingTo(UpsertChannelRequest.Builder channel) {
    scenario.webhook(channel);
    return scenario.running(Definitions.sending(AT_ONCE, channel.getName()));
  }

  private UpsertChannelRequest.Builder email() {
    return UpsertChannelRequest.newBuilder().setName("email").setUrl(receiver.url());
  }

  private Delivery delivery(String journey, String customer) {
    return scenario.enrollment(journey, customer).getDeliveries(0);
  }

  @Test
  void aDeliveryIsPostedAsDocumented() throws Exception {
    mesh.neighbours()
        .setAttributes(scenario.tenant, "ada", "{\"plan\":\"pro\",\"age\":42,\"city\":\"Zürich\"}");
    String journey = sendingTo(email().setSecret("a secret of the receiver"));

    scenario.enroll(journey, "ada");

    Delivery delivery = delivery(journey, "ada");
    assertThat(delivery.getStatus()).isEqualTo(DeliveryStatus.DELIVERY_STATUS_DELIVERED);
    assertThat(delivery.getLastResult()).isEqualTo("HTTP 200");
    Receiver.Post post = receiver.posts().getFirst();
    assertThat(post.key()).isEqualTo(delivery.getId());
    assertThat(post.headers()).containsEntry("content-type", "application/json");
    assertThat(post.body())
        .isEqualTo(
            """
            {"deliveryId":"%s","tenantId":"%s","journeyId":"%s","enrollmentId":"%s",\
            "customerId":"ada","nodeId":"send","channel":"email",\
            "createdAt":"%s",\
            "attributes":{"plan":"pro","age":42,"city":"Zürich"}}"""
                .formatted(
                    delivery.getId(),
                    scenario.tenant,
                    journey,
                    delivery.getEnrollmentId(),
                    mesh.clock.instant().toString().replace("Z", ".000Z")));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("a secret of the receiver".getBytes("UTF-8"), "HmacSHA256"));
    byte[] hash = mac.doFinal(post.body().getBytes("UTF-8"));
    assertThat(post.headers())
        .containsEntry("x-sextant-signature", "sha256=" + HexFormat.of().formatHex(hash));
  }

  @ParameterizedTest
  @CsvSource({
    "200,delivered",
    "204,delivered",
    "299,delivered",
    "409,delivered",
    "400,dead",
    "401,dead",
    "404,dead",
    "410,dead",
    "422,dead",
    "408,pending",
    "429,pending",
    "500,pending",
    "503,pending",
    "301,pending",
    "307,pending",
    "304,pending"
  })
  void theAnswerDecidesWhatBecomesOfADelivery(int status, String state) {
    receiver.react(
        _ ->
            new Receiver.Reaction.Answer(
                status, Map.of("Location", receiver.url() + "/elsewhere")));
    String journey = sendingTo(email());

    scenario.enroll(journey, "ada");

    assertThat(Words.delivery(state)).isEqualTo(delivery(journey, "ada").getStatus());
    assertThat(delivery(journey, "ada").getLastResult()).isEqualTo("HTTP " + status);
    assertThat(receiver.posts()).hasSize(1);
  }

  @Test
  void whatFailsIsTriedAgainLaterAndLaterWithTheSameKey() {
    receiver.react(_ -> Receiver.answer(503));
    String journey = sendingTo(email().setMaxAttempts(6));
    scenario.enroll(journey, "ada");

    for (int attempt = 1; attempt < 6; attempt++) {
      Delivery waiting = delivery(journey, "ada");
      assertThat(waiting.getStatus()).isEqualTo(DeliveryStatus.DELIVERY_STATUS_PENDING);
      assertThat(waiting.getAttempts()).isEqualTo(attempt);
      Duration pause =
          Duration.between(
              mesh.clock.instant(),
              Instant.ofEpochSecond(
                  waiting.getDueAt().getSeconds(), waiting.getDueAt().getNanos()));
      Duration longest = Duration.ofSeconds(1L << (attempt - 1));
      assertThat(pause).isBetween(longest.dividedBy(2), longest);
      mesh.pass(pause.minusMillis(1));
      assertThat(receiver.posts()).hasSize(attempt);
      mesh.pass(Duration.ofMillis(1));
      assertThat(receiver.posts()).hasSize(attempt + 1);
    }
    assertThat(delivery(journey, "ada").getStatus()).isEqualTo(DeliveryStatus.DELIVERY_STATUS_DEAD);
    assertThat(receiver.posts().stream().map(Receiver.Post::key).distinct()).hasSize(1);
    assertThat(receiver.posts().stream().map(Receiver.Post::body).distinct()).hasSize(1);
  }

  @Test
  void retryAfterIsRespected() {
    receiver.react(_ -> new Receiver.Reaction.Answer(429, Map.of("Retry-After", "120")));
    String journey = sendingTo(email());
    scenario.enroll(journey, "ada");
    receiver.react(_ -> Receiver.TAKE);

    mesh.pass(Duration.ofSeconds(119));
    assertThat(receiver.posts()).hasSize(1);
    mesh.pass(Duration.ofSeconds(1));
    assertThat(delivery(journey, "ada").getStatus())
        .isEqualTo(DeliveryStatus.DELIVERY_STATUS_DELIVERED);
  }

  @Test
  void aLostAnswerLeadsToARepetitionThatTheReceiverRecognises() {
    receiver.react(_ -> receiver.posts().size() == 1 ? Receiver.TAKE_AND_DROP : Receiver.TAKE);
    String journey = sendingTo(email());
    scenario.enroll(journey, "ada");
    mesh.pass(Duration.ofSeconds(1));

    assertThat(delivery(journey, "ada"))
        .returns(DeliveryStatus.DELIVERY_STATUS_DELIVERED, Delivery::getStatus)
        .returns("HTTP 409", Delivery::getLastResult)
        .returns(2, Delivery::getAttempts);
    assertThat(receiver.taken()).hasSize(1);
  }

  @Test
  void aReceiverThatHangsIsGivenUpAfterTheTimeout() {
    receiver.react(_ -> Receiver.HANG);
    String journey = sendingTo(email().setTimeoutMs(100));

    scenario.enroll(journey, "ada");

    assertThat(delivery(journey, "ada").getLastResult()).isEqualTo("no answer within 100 ms");
  }

  @Test
  void aChannelThatHangsSlowsNobodyElse() throws Exception {
    scenario.webhook(
        UpsertChannelRequest.newBuilder()
            .setName("hanging")
            .setUrl(receiver.url())
            .setTimeoutMs(30_000));
    CountDownLatch arrived = new CountDownLatch(100);
    CountDownLatch hung = new CountDownLatch(1);
    try (Receiver healthy = new Receiver()) {
      healthy.react(
          _ -> {
            arrived.countDown();
            return Receiver.TAKE;
          });
      scenario.webhook(UpsertChannelRequest.newBuilder().setName("healthy").setUrl(healthy.url()));
      receiver.react(
          _ -> {
            hung.countDown();
            return Receiver.HANG;
          });
      String stuck = scenario.running(Definitions.sending(AT_ONCE, "hanging"));
      String fine = scenario.running(Definitions.sending(AT_ONCE, "healthy"));
      String[] customers =
          IntStream.range(0, 100).mapToObj(index -> "c" + index).toArray(String[]::new);
      // The first drain would wait for the channel that hangs: open the lanes without waiting.
      mesh.enrollOnly(scenario, stuck, customers);
      mesh.enrollOnly(scenario, fine, customers);
      mesh.moveOnly();

      mesh.openLanes();

      assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(hung.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(receiver.posts()).isNotEmpty().hasSizeLessThan(100);
      receiver.close();
      mesh.drain();
      assertThat(healthy.taken()).hasSize(100);
    }
  }

  @Test
  void deadDeliveriesCanBeListedAndReplayed() {
    receiver.react(_ -> Receiver.answer(400));
    String journey = sendingTo(email());
    scenario.enroll(journey, "ada", "bob", "eve");
    var deliveries = mesh.deliveries(scenario.tenant);

    ListDeadDeliveriesResponse first =
        deliveries.listDeadDeliveries(ListDeadDeliveriesRequest.newBuilder().setLimit(2).build());
    assertThat(first.getPagination().getTotal()).isEqualTo(3);
    assertThat(first.getPagination().getHasMore()).isTrue();
    ListDeadDeliveriesResponse second =
        deliveries.listDeadDeliveries(
            ListDeadDeliveriesRequest.newBuilder()
                .setLimit(2)
                .setCursor(first.getPagination().getCursor())
                .build());
    assertThat(
            List.of(
                first.getData(0).getCustomerId(),
                first.getData(1).getCustomerId(),
                second.getData(0).getCustomerId()))
        .containsExactlyInAnyOrder("ada", "bob", "eve");
    assertThat(second.getPagination().getHasMore()).isFalse();
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        () ->
            deliveries.listDeadDeliveries(
                ListDeadDeliveriesRequest.newBuilder()
                    .setChannel("email")
                    .setCursor(first.getPagination().getCursor())
                    .build()));

    receiver.react(_ -> Receiver.TAKE);
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        () -> deliveries.replayDeliveries(ReplayDeliveriesRequest.getDefaultInstance()));
    assertThat(
            deliveries
                .replayDeliveries(
                    ReplayDeliveriesRequest.newBuilder()
                        .addDeliveryIds(first.getData(0).getId())
                        .build())
                .getReplayed())
        .isEqualTo(1);
    assertThat(
            deliveries
                .replayDeliveries(
                    ReplayDeliveriesRequest.newBuilder()
                        .setChannel("email")
                        .setJourneyId(journey)
                        .build())
                .getReplayed())
        .isEqualTo(2);
    mesh.drain();

    assertThat(receiver.taken()).hasSize(3);
    assertThat(receiver.posts().stream().map(Receiver.Post::key).distinct()).hasSize(3);
    assertThat(delivery(journey, "ada").getStatus())
        .isEqualTo(DeliveryStatus.DELIVERY_STATUS_DELIVERED);
  }

  @Test
  void whoLeavesGetsNothingMore() {
    receiver.react(_ -> Receiver.answer(503));
    scenario.webhook(email());
    String journey =
        scenario.running(
            Definitions.flow()
                .node("in", "entry_trigger")
                .node("send", "channel_action", "{\"channel\":\"email\"}")
                .node("wait", "wait", "{\"delayHours\":24}")
                .node("out", "exit")
                .edge("in", "send")
                .edge("send", "wait")
                .edge("wait", "out")
                .json());
    scenario.enroll(journey, "ada");

    mesh.enrollments(scenario.tenant)
        .cancelEnrollment(
            CancelEnrollmentRequest.newBuilder()
                .setJourneyId(journey)
                .setCustomerId("ada")
                .build());
    mesh.pass(Duration.ofHours(2));

    assertThat(receiver.posts()).hasSize(1);
    assertThat(delivery(journey, "ada").getStatus())
        .isEqualTo(DeliveryStatus.DELIVERY_STATUS_CANCELLED);
  }

  @Test
  void aThousandDeliveriesArriveOnce() {
    AtomicInteger calls = new AtomicInteger();
    receiver.react(_ -> calls.incrementAndGet() % 7 == 0 ? Receiver.answer(500) : Receiver.TAKE);
    String journey = sendingTo(email());
    scenario.enroll(
        journey, IntStream.range(0, 1000).mapToObj(index -> "c" + index).toArray(String[]::new));
    for (int minute = 0; minute < 5 && receiver.taken().size() < 1000; minute++) {
      mesh.pass(Duration.ofMinutes(1));
    }

    assertThat(receiver.taken()).hasSize(1000);
    Set<String> bodies = Set.copyOf(receiver.posts().stream().map(Receiver.Post::body).toList());
    assertThat(bodies).hasSize(1000);
  }

  @Test
  void secretsAreKeptAndNeverShown() {
    var channels = mesh.channels(scenario.tenant);
    Channel signed =
        channels.upsertChannel(
            email()
                .setKind(ChannelKind.CHANNEL_KIND_WEBHOOK)
                .setSecret("12345678")
                .setTimeoutMs(700)
                .build());
    Channel again =
        channels.upsertChannel(email().setKind(ChannelKind.CHANNEL_KIND_WEBHOOK).build());

    assertThat(signed)
        .isEqualTo(
            Channel.newBuilder()
                .setName("email")
                .setKind(ChannelKind.CHANNEL_KIND_WEBHOOK)
                .setUrl(receiver.url())
                .setHasSecret(true)
                .setTimeoutMs(700)
                .setMaxAttempts(14)
                .setCreatedAt(Timestamps.of(mesh.clock.instant()))
                .setUpdatedAt(Timestamps.of(mesh.clock.instant()))
                .build());
    assertThat(again).isEqualTo(signed.toBuilder().setTimeoutMs(5000).build());
    assertThat(channels.listChannels(ListChannelsRequest.getDefaultInstance()).getDataList())
        .containsExactly(again);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host/x", "http:///x", "mailto:a@b", "not a url", "//host/x"})
  void aWebhookNeedsAnHttpUrl(String url) {
    assertThat(
            RpcAssertions.assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        scenario.webhook(
                            UpsertChannelRequest.newBuilder().setName("x").setUrl(url)))
                .fields())
        .containsExactly("url: must be an http or https URL with a host");
  }

  @Test
  void aChannelInUseCannotBeDeleted() {
    String journey = sendingTo(email());
    var channels = mesh.channels(scenario.tenant);
    DeleteChannelRequest email = DeleteChannelRequest.newBuilder().setName("email").build();

    assertThat(
            RpcAssertions.assertRefused(
                    ErrorReason.ERROR_REASON_IN_USE, () -> channels.deleteChannel(email))
                .message())
        .contains(journey);
    receiver.react(_ -> Receiver.answer(500));
    scenario.enroll(journey, "ada");
    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_ARCHIVED);
    channels.deleteChannel(email);
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND, () -> channels.deleteChannel(email));
    mesh.pass(Duration.ofSeconds(1));
    assertThat(delivery(journey, "ada"))
        .returns(DeliveryStatus.DELIVERY_STATUS_DEAD, Delivery::getStatus)
        .returns("there is no channel email", Delivery::getLastResult);
  }
}
