package sextant.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import sextant.access.v1.AccessProto;
import sextant.gateway.contract.Contract;
import sextant.gateway.contract.ContractException;
import sextant.http.v1.AlternativeStatus;
import sextant.http.v1.HttpProto;
import sextant.http.v1.Match;
import sextant.http.v1.Route;

/// A contract that cannot be served keeps the gateway from starting, with a message that says where
/// and why.
class ContractProblemsTest {

  private static final FileDescriptorSet WORKSHOP = Contract.read("/sextant/test.desc");

  @Test
  void theContractOfTheMeshCanBeServed() {
    assertThat(RouteTable.compile(Contract.load()).endpoints()).isNotEmpty();
  }

  @Test
  void clashingRoutes() {
    refused(
        "DeleteTool",
        rpc -> rule(rpc, HttpRule.newBuilder().setGet("/test/echo/{id}")),
        "GET /test/echo/{id} (sextant.workshop.v1.WorkshopService/Echo) and GET /test/echo/{id}"
            + " (sextant.workshop.v1.WorkshopService/DeleteTool) clash: no match tells them apart");
  }

  @Test
  void clashingRoutesWithOtherNamesForVariables() {
    refused(
        "SharpenTool",
        rpc -> rule(rpc, HttpRule.newBuilder().setPut("/test/tools/{id}")),
        "clash: no match tells them apart");
  }

  @Test
  void aPathFieldThatDoesNotExist() {
    refused(
        "Count",
        rpc -> rule(rpc, HttpRule.newBuilder().setGet("/test/count/{number}")),
        "GET /test/count/{number} (sextant.workshop.v1.WorkshopService/Count): CountRequest has no"
            + " field \"number\"");
    refused(
        "Echo",
        rpc -> rule(rpc, HttpRule.newBuilder().setGet("/test/echo/{shelf.color}")),
        "EchoRequest has no field \"shelf.color\"");
    refused(
        "Echo",
        rpc -> rule(rpc, HttpRule.newBuilder().setGet("/test/echo/{id.more}")),
        "EchoRequest has no field \"id.more\"");
  }

  @Test
  void aPathFieldThatIsNoScalar() {
    for (String field : List.of("shelf", "sizes", "labels")) {
      refused(
          "Echo",
          rpc -> rule(rpc, HttpRule.newBuilder().setGet("/test/echo/{" + field + "}")),
          "the path field \"" + field + "\" is no single scalar");
    }
  }

  @Test
  void aPathThatIsNotServed() {
    for (String path : List.of("/test/{id=*}", "/test/**", "/test/{id}:stop", "test", "/a//b")) {
      refused("Echo", rpc -> rule(rpc, HttpRule.newBuilder().setGet(path)), "a path");
    }
    refused(
        "Echo",
        rpc -> rule(rpc, HttpRule.newBuilder().setGet("/test/{id}/{id}")),
        "the path names the same field more than once");
  }

  @Test
  void bodiesThatDoNotExistOrDoNotBelong() {
    refused(
        "AddParts",
        rpc -> rule(rpc, HttpRule.newBuilder().setPost("/test/parts").setBody("pieces")),
        "body must name a field of the request; \"pieces\" in AddPartsRequest is none");
    refused(
        "AddParts",
        rpc -> rule(rpc, HttpRule.newBuilder().setPost("/test/parts/{tool_id}").setBody("tool_id")),
        "the body is a field that the path fills");
    refused(
        "Count",
        rpc -> rule(rpc, HttpRule.newBuilder().setGet("/test/count").setBody("*")),
        "a GET has no body");
    refused(
        "Count",
        rpc -> rule(rpc, HttpRule.newBuilder().setGet("/test/count").setResponseBody("words")),
        "response_body must name a field of the response; \"words\" in CountResponse is none");
  }

  @Test
  void anRpcWithoutAllow() {
    refused(
        "Count",
        rpc -> rpc.getOptionsBuilder().clearExtension(AccessProto.allow),
        "no allow rule says who may call");
  }

  @Test
  void aStreamingRpc() {
    refused("Count", rpc -> rpc.setServerStreaming(true), "a streaming RPC has no HTTP form");
    refused("Count", rpc -> rpc.setClientStreaming(true), "a streaming RPC has no HTTP form");
  }

  @Test
  void dispatchThatCannotDecide() {
    refused(
        "StockReport",
        rpc -> route(rpc, match("sort", "stock", false)),
        "are told apart by different parameters: kind and sort");
    refused("StockReport", rpc -> route(rpc, match("kind", "daily", false)), "clash on kind=daily");
    refused("StockReport", rpc -> route(rpc, match("kind", "", false)), "clash on kind=");
    refused(
        "StockReport", rpc -> route(rpc, match("kind", "stock", true)), "more than one default");
    refused("StockReport", rpc -> route(rpc, Route.newBuilder()), "clash: no match tells");
  }

  @Test
  void statusesAndFieldsOfTheRouteOption() {
    refused(
        "Count",
        rpc -> route(rpc, Route.newBuilder().setSuccessStatus(404)),
        "success_status must be one of 200, 201, 202, 204");
    refused(
        "Count",
        rpc -> route(rpc, Route.newBuilder().setAlternative(alternative("found", 200))),
        "alternative.field must name a boolean field of the response; \"found\" in CountResponse"
            + " is none");
    refused(
        "Count",
        rpc -> route(rpc, Route.newBuilder().setAlternative(alternative("letters", 200))),
        "alternative.field must name a boolean field");
    refused(
        "CreateTool",
        rpc -> route(rpc, Route.newBuilder().setAlternative(alternative("existed", 500))),
        "alternative.status must be one of");
    refused(
        "Count",
        rpc -> route(rpc, Route.newBuilder().setUnwrapSingle("letters")),
        "unwrap_single must name a repeated field of the response; \"letters\"");
    refused(
        "Count",
        rpc -> route(rpc, Route.newBuilder().setMaxBodyBytes(-1)),
        "max_body_bytes must be at most");
  }

  @Test
  void everyProblemIsReportedAtOnce() {
    FileDescriptorSet both =
        change(
            change(WORKSHOP, "Count", rpc -> rpc.setServerStreaming(true)),
            "DeleteTool",
            rpc -> rpc.getOptionsBuilder().clearExtension(AccessProto.allow));
    assertThatThrownBy(() -> RouteTable.compile(Contract.of(List.of(both))))
        .isInstanceOf(ContractException.class)
        .hasMessageContaining("WorkshopService/Count): a streaming RPC")
        .hasMessageContaining("WorkshopService/DeleteTool): no allow rule");
  }

  private static void refused(
      String rpc, Consumer<MethodDescriptorProto.Builder> change, String problem) {
    FileDescriptorSet changed = change(WORKSHOP, rpc, change);
    assertThatThrownBy(() -> RouteTable.compile(Contract.of(List.of(changed))))
        .isInstanceOf(ContractException.class)
        .hasMessageContaining(problem);
  }

  private static void rule(MethodDescriptorProto.Builder rpc, HttpRule.Builder rule) {
    options(rpc).setExtension(AnnotationsProto.http, rule.build());
  }

  private static void route(MethodDescriptorProto.Builder rpc, Route.Builder route) {
    options(rpc).setExtension(HttpProto.route, route.build());
  }

  private static MethodOptions.Builder options(MethodDescriptorProto.Builder rpc) {
    return rpc.getOptionsBuilder();
  }

  private static Route.Builder match(String parameter, String value, boolean isDefault) {
    return Route.newBuilder()
        .setMatch(Match.newBuilder().setParameter(parameter).setValue(value).setDefault(isDefault));
  }

  private static AlternativeStatus alternative(String field, int status) {
    return AlternativeStatus.newBuilder().setField(field).setStatus(status).build();
  }

  private static FileDescriptorSet change(
      FileDescriptorSet set, String name, Consumer<MethodDescriptorProto.Builder> change) {
    FileDescriptorSet.Builder changed = set.toBuilder();
    for (FileDescriptorProto.Builder file : changed.getFileBuilderList()) {
      for (ServiceDescriptorProto.Builder service : file.getServiceBuilderList()) {
        service.getMethodBuilderList().stream()
            .filter(rpc -> rpc.getName().equals(name))
            .forEach(change);
      }
    }
    return changed.build();
  }
}
