package sextant.journeys.upstream;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import sextant.decisions.v1.DecideRequest;
import sextant.decisions.v1.DecideResponse;
import sextant.decisions.v1.DecidedOffer;
import sextant.decisions.v1.DecisionServiceGrpc;
import sextant.decisions.v1.DecisionServiceGrpc.DecisionServiceFutureStub;
import sextant.journeys.graph.Json;
import sextant.journeys.graph.Node;
import sextant.journeys.graph.Step;
import sextant.kit.rpc.CallerTokens;

/// Decisions from a DecisionService, a bounded number at a time.
public final class GrpcDecisions implements Decisions {

  private static final int CONCURRENCY = 64;

  /// One slow answer is no reason to give others the fallback; so many in a row are.
  private static final int TOLERATED_FAILURES = 10;

  private final DecisionServiceFutureStub decisions;
  private final Mesh mesh;
  private final Semaphore permits = new Semaphore(CONCURRENCY);
  private final Breaker breaker;

  public GrpcDecisions(Channel decisions, CallerTokens tokens, InstantSource time) {
    this.decisions = DecisionServiceGrpc.newFutureStub(decisions);
    this.mesh = new Mesh(tokens);
    this.breaker = new Breaker(TOLERATED_FAILURES, time);
  }

  @Override
  public List<Step.Choice> decide(List<Question> questions) {
    List<ListenableFuture<DecideResponse>> answers = new ArrayList<>();
    for (Question question : questions) {
      permits.acquireUninterruptibly();
      ListenableFuture<DecideResponse> answer = ask(question);
      answer.addListener(permits::release, MoreExecutors.directExecutor());
      answers.add(answer);
    }
    List<Step.Choice> choices = new ArrayList<>();
    for (int index = 0; index < questions.size(); index++) {
      choices.add(choice(questions.get(index).node(), answers.get(index)));
    }
    return choices;
  }

  private ListenableFuture<DecideResponse> ask(Question question) {
    if (breaker.isOpen()) {
      return Futures.immediateFailedFuture(
          Status.UNAVAILABLE.withDescription("did not answer just now").asException());
    }
    Node.NbaDecision node = question.node();
    DecideRequest.Builder request =
        DecideRequest.newBuilder()
            .setCustomerId(question.customerId())
            .setDecisionFlowKey(node.decisionFlow())
            .setAttributes(Json.write(question.facts().values()))
            .setIdempotencyKey(question.key());
    node.channel().ifPresent(request::setChannel);
    ListenableFuture<DecideResponse> answer =
        mesh.as(question.tenantId(), decisions, node.timeout()).decide(request.build());
    answer.addListener(() -> note(answer), MoreExecutors.directExecutor());
    return answer;
  }

  private void note(ListenableFuture<DecideResponse> answer) {
    if (answer.state() == Future.State.SUCCESS) {
      breaker.succeeded();
    } else {
      breaker.failed();
    }
  }

  private static Step.Choice choice(
      Node.NbaDecision node, ListenableFuture<DecideResponse> answer) {
    try {
      DecideResponse response = answer.get();
      return response.hasOffer()
          ? new Step.Choice(
              decision(response), "offer " + response.getOffer().getOfferId() + " decided")
          : new Step.Choice(Map.of(), "no offer");
    } catch (ExecutionException failure) {
      Status status = Status.fromThrowable(failure);
      return new Step.Choice(
          node.fallback(), "fallback: the decision service failed with " + status.getCode());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Step.Choice(node.fallback(), "fallback: interrupted");
    }
  }

  private static Map<String, Object> decision(DecideResponse response) {
    DecidedOffer offer = response.getOffer();
    Map<String, Object> decision = new LinkedHashMap<>();
    decision.put("decisionId", response.getDecisionId());
    decision.put("offerId", offer.getOfferId());
    if (offer.hasCreativeId()) {
      decision.put("creativeId", offer.getCreativeId());
    }
    if (offer.hasChannelId()) {
      decision.put("channelId", offer.getChannelId());
    }
    decision.put("score", offer.getScore());
    decision.put("rank", offer.getRank());
    return decision;
  }
}
