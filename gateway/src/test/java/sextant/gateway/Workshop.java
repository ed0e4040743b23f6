package sextant.gateway;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Empty;
import com.google.protobuf.TextFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Context;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;
import sextant.workshop.v1.AddPartsRequest;
import sextant.workshop.v1.AddPartsResponse;
import sextant.workshop.v1.CountRequest;
import sextant.workshop.v1.CountResponse;
import sextant.workshop.v1.CreateToolRequest;
import sextant.workshop.v1.CreateToolResponse;
import sextant.workshop.v1.DailyReportRequest;
import sextant.workshop.v1.DailyReportResponse;
import sextant.workshop.v1.DeleteToolRequest;
import sextant.workshop.v1.EchoRequest;
import sextant.workshop.v1.EchoResponse;
import sextant.workshop.v1.FailRequest;
import sextant.workshop.v1.HangRequest;
import sextant.workshop.v1.PaintToolRequest;
import sextant.workshop.v1.PaintToolResponse;
import sextant.workshop.v1.SharpenToolRequest;
import sextant.workshop.v1.SharpenToolResponse;
import sextant.workshop.v1.StockReportRequest;
import sextant.workshop.v1.StockReportResponse;
import sextant.workshop.v1.UpdateToolRequest;
import sextant.workshop.v1.UpdateToolResponse;
import sextant.workshop.v1.WhoAmIRequest;
import sextant.workshop.v1.WhoAmIResponse;
import sextant.workshop.v1.WorkshopServiceGrpc.WorkshopServiceImplBase;

/// A real upstream of the tests: says what it received.
final class Workshop extends WorkshopServiceImplBase {

  /// Request ids of calls to Hang: when they began, and when they were cancelled.
  final BlockingQueue<String> hanging = new LinkedBlockingQueue<>();

  final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();

  @Override
  public void echo(EchoRequest request, StreamObserver<EchoResponse> observer) {
    String text = TextFormat.printer().emittingSingleLine(true).printToString(request);
    Unary.respond(observer, () -> EchoResponse.newBuilder().setRequest(text).build());
  }

  @Override
  public void count(CountRequest request, StreamObserver<CountResponse> observer) {
    Unary.respond(
        observer,
        () ->
            CountResponse.newBuilder()
                .setLetters(request.getText().length())
                .setNote("not shown")
                .build());
  }

  @Override
  public void createTool(CreateToolRequest request, StreamObserver<CreateToolResponse> observer) {
    Unary.respond(
        observer,
        () -> {
          CreateToolResponse.Builder response =
              CreateToolResponse.newBuilder()
                  .setId("tool-" + request.getName())
                  .setExisted(request.getRequestKey().equals("again"));
          if (request.hasRequestKey()) {
            response.setRequestKey(request.getRequestKey());
          }
          return response.build();
        });
  }

  @Override
  public void updateTool(UpdateToolRequest request, StreamObserver<UpdateToolResponse> observer) {
    Unary.respond(
        observer,
        () ->
            UpdateToolResponse.newBuilder()
                .setId(request.getId())
                .addAllMask(request.getUpdateMask().getPathsList())
                .build());
  }

  @Override
  public void deleteTool(DeleteToolRequest request, StreamObserver<Empty> observer) {
    Unary.respond(observer, Empty::getDefaultInstance);
  }

  @Override
  public void addParts(AddPartsRequest request, StreamObserver<AddPartsResponse> observer) {
    Unary.respond(
        observer,
        () ->
            AddPartsResponse.newBuilder()
                .addAllParts(request.getPartsList())
                .setAdded(request.getDryRun() ? 0 : request.getPartsCount())
                .build());
  }

  @Override
  public void dailyReport(
      DailyReportRequest request, StreamObserver<DailyReportResponse> observer) {
    int days = request.hasDays() ? request.getDays() : 7;
    Unary.respond(observer, () -> DailyReportResponse.newBuilder().setDays(days).build());
  }

  @Override
  public void stockReport(
      StockReportRequest request, StreamObserver<StockReportResponse> observer) {
    Unary.respond(
        observer,
        () ->
            request.hasShelfId()
                ? StockReportResponse.newBuilder().setShelfId(request.getShelfId()).build()
                : StockReportResponse.getDefaultInstance());
  }

  @Override
  public void sharpenTool(
      SharpenToolRequest request, StreamObserver<SharpenToolResponse> observer) {
    Unary.respond(
        observer, () -> SharpenToolResponse.newBuilder().setSharpened(request.getId()).build());
  }

  @Override
  public void paintTool(PaintToolRequest request, StreamObserver<PaintToolResponse> observer) {
    Unary.respond(
        observer,
        () ->
            PaintToolResponse.newBuilder()
                .setPainted(request.getTool())
                .setColor(request.getColor())
                .build());
  }

  @Override
  public void fail(FailRequest request, StreamObserver<Empty> observer) {
    var status =
        com.google.rpc.Status.newBuilder()
            .setCode(request.hasCode() ? request.getCode() : 2)
            .setMessage("told to fail");
    if (request.hasReason()) {
      status.addDetails(
          Any.pack(
              ErrorInfo.newBuilder().setDomain("sextant").setReason(request.getReason()).build()));
    }
    if (request.hasField()) {
      status.addDetails(
          Any.pack(
              BadRequest.newBuilder()
                  .addFieldViolations(
                      BadRequest.FieldViolation.newBuilder()
                          .setField(request.getField())
                          .setDescription("is wrong"))
                  .build()));
    }
    if (request.hasRetryAfter()) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(
                      Duration.newBuilder().setSeconds(request.getRetryAfter()).setNanos(1))
                  .build()));
    }
    observer.onError(StatusProto.toStatusException(status.build()));
  }

  @Override
  public void hang(HangRequest request, StreamObserver<Empty> observer) {
    String id = Caller.current().requestId();
    Context.current().addListener(_ -> cancelled.add(id), Runnable::run);
    hanging.add(id);
  }

  @Override
  public void whoAmI(WhoAmIRequest request, StreamObserver<WhoAmIResponse> observer) {
    Caller caller = Caller.current();
    Unary.respond(
        observer,
        () ->
            WhoAmIResponse.newBuilder()
                .setTenantId(caller.tenantId())
                .setRole(caller.role())
                .setSubject(caller.subject())
                .setRequestId(caller.requestId())
                .setRemainingMs(
                    Context.current().getDeadline().timeRemaining(TimeUnit.MILLISECONDS))
                .build());
  }
}
