package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.ImportInteractionsRequest;
import sextant.metrics.v1.ImportInteractionsResponse;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceStub;
import sextant.metrics.v1.ListInteractionsRequest;
import sextant.metrics.v1.RejectedInteraction;
import sextant.metrics.v1.StreamInteractionsRequest;
import sextant.metrics.v1.StreamInteractionsResponse;

class StreamsTest {

  @RegisterExtension static final MetricsExtension metrics = new MetricsExtension();

  /// Collects what comes back and completes when the stream ends.
  private static final class Answers<T> implements StreamObserver<T> {
    private final List<T> received = new ArrayList<>();
    private final CompletableFuture<List<T>> all = new CompletableFuture<>();

    @Override
    public void onNext(T answer) {
      received.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      all.complete(received);
    }

    List<T> await() {
      return all.orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  private String tenant;
  private InteractionsServiceStub interactions;

  @BeforeEach
  void newTenant() {
    tenant = metrics.newTenant();
    interactions = metrics.as(InteractionsServiceGrpc::newStub, tenant, Role.ROLE_EDITOR);
  }

  private static InteractionInput click(String customer, String key) {
    return InteractionInput.newBuilder()
        .setEventType("click")
        .setCustomerId(customer)
        .setIdempotencyKey(key)
        .build();
  }

  private static InteractionInput worth(String value) {
    return click("c", "key " + value).toBuilder().setValue(value).build();
  }

  private long stored() {
    return metrics
        .as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_VIEWER)
        .listInteractions(ListInteractionsRequest.getDefaultInstance())
        .getPagination()
        .getTotal();
  }

  private static StreamInteractionsRequest message(long sequence, InteractionInput... inputs) {
    return StreamInteractionsRequest.newBuilder()
        .setSequence(sequence)
        .addAllInteractions(List.of(inputs))
        .build();
  }

  @Test
  void everyMessageIsAcknowledgedAndBadInteractionsAreRejectedOneByOne() {
    Answers<StreamInteractionsResponse> answers = new Answers<>();
    StreamObserver<StreamInteractionsRequest> stream = interactions.streamInteractions(answers);
    stream.onNext(message(10, click("a", "1"), click("b", "1")));
    stream.onNext(
        message(
            7,
            click("a", "1"),
            InteractionInput.getDefaultInstance(),
            click("a", "2"),
            worth("a lot")));
    stream.onNext(message(7));
    stream.onNext(message(8, worth("1.0000001")));
    stream.onCompleted();
    assertThat(answers.await())
        .containsExactly(
            StreamInteractionsResponse.newBuilder().setSequence(10).setRecorded(2).build(),
            StreamInteractionsResponse.newBuilder()
                .setSequence(7)
                .setRecorded(1)
                .setDuplicates(1)
                .addRejected(rejected(1, "event_type", "value is required (and 1 more)"))
                .addRejected(rejected(3, "value", Decimals.RULE))
                .build(),
            StreamInteractionsResponse.newBuilder().setSequence(7).build(),
            StreamInteractionsResponse.newBuilder()
                .setSequence(8)
                .addRejected(rejected(0, "value", Decimals.RULE))
                .build());
    assertThat(stored()).isEqualTo(3);
    RollupOracle.assertRollupEqualsRaw(metrics.database());
  }

  private static RejectedInteraction rejected(long index, String field, String reason) {
    return RejectedInteraction.newBuilder()
        .setIndex(index)
        .setField(field)
        .setReason(reason)
        .build();
  }

  @Test
  void anAcknowledgedMessageIsDurableBeforeTheStreamEnds() throws Exception {
    CompletableFuture<StreamInteractionsResponse> first = new CompletableFuture<>();
    StreamObserver<StreamInteractionsRequest> stream =
        interactions.streamInteractions(
            new StreamObserver<>() {
              @Override
              public void onNext(StreamInteractionsResponse answer) {
                first.complete(answer);
              }

              @Override
              public void onError(Throwable failure) {
                first.completeExceptionally(failure);
              }

              @Override
              public void onCompleted() {}
            });
    stream.onNext(message(1, click("a", "1")));
    first.get(20, TimeUnit.SECONDS);
    assertThat(stored()).isEqualTo(1);
    stream.onError(Status.CANCELLED.asException());
  }

  @Test
  void manyMessagesSentWithoutWaitingAreTakenInOrder() {
    Answers<StreamInteractionsResponse> answers = new Answers<>();
    StreamObserver<StreamInteractionsRequest> stream = interactions.streamInteractions(answers);
    for (int sequence = 0; sequence < 200; sequence++) {
      stream.onNext(message(sequence, click("a", "key " + sequence / 2).toBuilder().build()));
    }
    stream.onCompleted();
    List<StreamInteractionsResponse> acknowledged = answers.await();
    assertThat(acknowledged).hasSize(200);
    for (int sequence = 0; sequence < 200; sequence++) {
      assertThat(acknowledged.get(sequence))
          .isEqualTo(
              StreamInteractionsResponse.newBuilder()
                  .setSequence(sequence)
                  .setRecorded(1 - sequence % 2)
                  .setDuplicates(sequence % 2)
                  .build());
    }
    assertThat(stored()).isEqualTo(100);
  }

  @Test
  void aMessageThatIsTooLargeEndsTheStreamAndKeepsWhatWasAcknowledged() {
    Answers<StreamInteractionsResponse> answers = new Answers<>();
    StreamObserver<StreamInteractionsRequest> stream = interactions.streamInteractions(answers);
    stream.onNext(message(1, click("a", "1")));
    stream.onNext(
        StreamInteractionsRequest.newBuilder()
            .addAllInteractions(Collections.nCopies(5_001, click("b", "1")))
            .build());
    assertInvalid(answers);
    assertThat(answers.received).hasSize(1);
    assertThat(stored()).isEqualTo(1);
  }

  private static void assertInvalid(Answers<?> answers) {
    assertThatThrownBy(answers::await)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure -> {
              assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(failure.getStatus().getDescription()).contains("5,000");
            });
  }

  @Test
  void anImportIsAnsweredOnceWithEverythingThatWasRejected() {
    Answers<ImportInteractionsResponse> answers = new Answers<>();
    StreamObserver<ImportInteractionsRequest> stream = interactions.importInteractions(answers);
    stream.onNext(imported(click("a", "1"), worth("x"), click("a", "1")));
    stream.onNext(imported());
    stream.onNext(imported(worth("1"), worth("y")));
    stream.onCompleted();
    assertThat(answers.await())
        .containsExactly(
            ImportInteractionsResponse.newBuilder()
                .setRecorded(2)
                .setDuplicates(1)
                .setRejectedTotal(2)
                .addRejected(rejected(1, "value", Decimals.RULE))
                .addRejected(rejected(4, "value", Decimals.RULE))
                .build());
    assertThat(stored()).isEqualTo(2);
  }

  private static ImportInteractionsRequest imported(InteractionInput... inputs) {
    return ImportInteractionsRequest.newBuilder().addAllInteractions(List.of(inputs)).build();
  }

  @Test
  void anImportShowsTheFirstThousandRejections() {
    Answers<ImportInteractionsResponse> answers = new Answers<>();
    StreamObserver<ImportInteractionsRequest> stream = interactions.importInteractions(answers);
    for (int part = 0; part < 3; part++) {
      ImportInteractionsRequest.Builder message = ImportInteractionsRequest.newBuilder();
      for (int row = 0; row < 500; row++) {
        message.addInteractions(worth("x")).addInteractions(click("c", part + "/" + row));
      }
      stream.onNext(message.build());
    }
    stream.onCompleted();
    ImportInteractionsResponse answer = answers.await().getFirst();
    assertThat(answer.getRecorded()).isEqualTo(1_500);
    assertThat(answer.getRejectedTotal()).isEqualTo(1_500);
    assertThat(answer.getRejectedCount()).isEqualTo(1_000);
    assertThat(answer.getRejected(999).getIndex()).isEqualTo(1_998);
  }

  @Test
  void anImportMessageThatIsTooLargeEndsTheStreamAndKeepsWhatCameBefore() {
    Answers<ImportInteractionsResponse> answers = new Answers<>();
    StreamObserver<ImportInteractionsRequest> stream = interactions.importInteractions(answers);
    stream.onNext(imported(click("a", "1")));
    stream.onNext(
        ImportInteractionsRequest.newBuilder()
            .addAllInteractions(Collections.nCopies(5_001, click("b", "1")))
            .build());
    assertInvalid(answers);
    assertThat(stored()).isEqualTo(1);
  }
}
