package sextant.kit.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sextant.kit.testing.TcpProxy;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;

/// A replica that says it serves but does not is left alone, and used again once it does.
@Timeout(60)
class OutliersTest {

  private static final int IN_A_ROW = 40;

  private final Replica broken = new Replica(0);
  private final Replica sound = new Replica(0);
  private final TcpProxy network = new TcpProxy(broken.port());
  private ManagedChannel channel;
  private MetricsServiceBlockingStub stub;
  private int deadlineMillis = 5_000;

  @BeforeEach
  void useBoth() {
    channel = Channels.open("127.0.0.1:" + network.port() + ";" + sound.address());
    stub = Replica.stub(channel);
    awaitTurns();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    network.close();
    broken.close();
    sound.close();
  }

  /// The code that a call ends with. It is one that is never repeated.
  private Code call() {
    try {
      stub.withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS).createMetric(Replica.CREATE);
      return Code.OK;
    } catch (StatusRuntimeException failure) {
      return failure.getStatus().getCode();
    }
  }

  /// Calls until both replicas answer in turn.
  private void awaitTurns() {
    for (int turns = 0; turns < IN_A_ROW; ) {
      int before = broken.calls.get();
      boolean answered = call() == Code.OK & call() == Code.OK;
      turns = answered && broken.calls.get() == before + 1 ? turns + 1 : 0;
    }
  }

  /// Calls until many in a row succeed, which they cannot while every other goes to the broken one.
  private Set<Code> failuresUntilItIsLeftAlone() {
    Set<Code> failures = new HashSet<>();
    for (int answered = 0; answered < IN_A_ROW; ) {
      Code code = call();
      if (code == Code.OK) {
        answered++;
      } else {
        failures.add(code);
        answered = 0;
      }
    }
    return failures;
  }

  @Test
  void aReplicaWhoseCallsFailIsLeftAloneUntilTheySucceed() {
    broken.failing.set(Integer.MAX_VALUE);
    assertThat(failuresUntilItIsLeftAlone()).containsExactly(Code.UNAVAILABLE);
    broken.failing.set(0);
    awaitTurns();
  }

  @Test
  void aReplicaBehindAStalledNetworkIsLeftAloneUntilBytesPass() {
    network.stall();
    // Enough of them must fail in the two seconds over which calls are counted.
    deadlineMillis = 50;
    assertThat(failuresUntilItIsLeftAlone()).containsExactly(Code.DEADLINE_EXCEEDED);
    deadlineMillis = 5_000;
    network.resume();
    awaitTurns();
  }
}
