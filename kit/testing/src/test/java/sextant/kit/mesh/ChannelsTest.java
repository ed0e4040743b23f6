package sextant.kit.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;

/// Several replicas are as good as one that never fails.
class ChannelsTest {

  private final List<AutoCloseable> opened = new ArrayList<>();

  private <T extends AutoCloseable> T open(T resource) {
    opened.add(resource);
    return resource;
  }

  private MetricsServiceBlockingStub stub(String target) {
    ManagedChannel channel = Channels.open(target);
    opened.addFirst(channel::shutdownNow);
    return Replica.stub(channel).withDeadlineAfter(15, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened) {
      resource.close();
    }
  }

  /// Calls until both replicas take part, or only those that are told.
  private static void settle(MetricsServiceBlockingStub stub, Replica... taking) {
    for (int idle = 0; idle < taking.length; ) {
      int before = taking[idle].calls.get();
      stub.getMetric(Replica.GET);
      stub.getMetric(Replica.GET);
      idle = taking[idle].calls.get() > before ? idle + 1 : idle;
    }
  }

  @Test
  void callsGoToAllReplicasInTurn() {
    Replica one = open(new Replica(0));
    Replica two = open(new Replica(0));
    MetricsServiceBlockingStub stub = stub(one.address() + "; " + two.address());
    settle(stub, one, two);
    int before = one.calls.get();
    for (int call = 0; call < 20; call++) {
      stub.getMetric(Replica.GET);
    }
    assertThat(one.calls.get() - before).isEqualTo(10);
  }

  @Test
  void noCallFailsWhileReplicasRestartOneAfterTheOther() {
    Replica one = new Replica(0);
    Replica two = open(new Replica(0));
    MetricsServiceBlockingStub stub = stub(one.address() + ";" + two.address());
    settle(stub, one, two);
    int port = one.port();
    Thread stopping = Thread.ofVirtual().start(one::close);
    while (stopping.isAlive()) {
      stub.createMetric(Replica.CREATE);
    }
    Replica again = open(new Replica(port));
    settle(stub, again, two);
  }

  @Test
  void aDeadAddressIsPassedOver() {
    Replica one = open(new Replica(0));
    Replica gone = new Replica(0);
    String target = gone.address() + ";" + one.address();
    gone.close();
    MetricsServiceBlockingStub stub = stub(target);
    for (int call = 0; call < 10; call++) {
      stub.createMetric(Replica.CREATE);
    }
    assertThat(one.calls).hasValue(10);
  }

  @Test
  void aServerThatComesLateIsFound() {
    Replica early = new Replica(0);
    int port = early.port();
    early.close();
    MetricsServiceBlockingStub stub = stub("127.0.0.1:" + port);
    assertThatThrownBy(() -> stub.createMetric(Replica.CREATE)).hasMessageContaining("UNAVAILABLE");
    open(new Replica(port));
    assertThat(stub.withWaitForReady().getMetric(Replica.GET)).isNotNull();
  }

  @Test
  void onlyWhatDoesNoHarmIsRepeated() {
    Replica one = open(new Replica(0));
    MetricsServiceBlockingStub stub = stub(one.address());
    one.failing.set(1);
    stub.getMetric(Replica.GET);
    assertThat(one.calls).hasValue(2);
    one.failing.set(1);
    assertThatThrownBy(() -> stub.createMetric(Replica.CREATE))
        .isInstanceOf(StatusRuntimeException.class);
    assertThat(one.calls).hasValue(3);
  }

  @Test
  void repeatsStopWhenTooManyCallsNeedThem() {
    Replica one = open(new Replica(0));
    MetricsServiceBlockingStub stub = stub(one.address());
    one.failing.set(Integer.MAX_VALUE);
    for (int call = 0; call < 60; call++) {
      assertThatThrownBy(() -> stub.getMetric(Replica.GET)).hasMessageContaining("UNAVAILABLE");
    }
    // Ten repeats use the budget up; every call fails on.
    assertThat(one.calls.get()).isBetween(60, 75);
  }
}
