package sextant.metrics.policy;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import sextant.kit.db.Database;
import sextant.kit.rpc.Unary;
import sextant.metrics.v1.CreatePolicyRequest;
import sextant.metrics.v1.DeletePolicyRequest;
import sextant.metrics.v1.GetPolicyRequest;
import sextant.metrics.v1.ListPoliciesRequest;
import sextant.metrics.v1.ListPoliciesResponse;
import sextant.metrics.v1.Policy;
import sextant.metrics.v1.QualificationRulesServiceGrpc.QualificationRulesServiceImplBase;
import sextant.metrics.v1.UpdatePolicyRequest;

/// Qualification rules over gRPC.
public final class QualificationRulesService extends QualificationRulesServiceImplBase {

  private final Policies policies;

  public QualificationRulesService(Database database, InstantSource time) {
    this.policies = new Policies(Policies.QUALIFICATION_RULE, database, time);
  }

  @Override
  public void listQualificationRules(
      ListPoliciesRequest request, StreamObserver<ListPoliciesResponse> out) {
    Unary.respond(out, () -> policies.list(request));
  }

  @Override
  public void createQualificationRule(CreatePolicyRequest request, StreamObserver<Policy> out) {
    Unary.respond(out, () -> policies.create(request));
  }

  @Override
  public void updateQualificationRule(UpdatePolicyRequest request, StreamObserver<Policy> out) {
    Unary.respond(out, () -> policies.update(request));
  }

  @Override
  public void deleteQualificationRule(DeletePolicyRequest request, StreamObserver<Empty> out) {
    Unary.respond(
        out,
        () -> {
          policies.delete(request.getId());
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void getQualificationRule(GetPolicyRequest request, StreamObserver<Policy> out) {
    Unary.respond(out, () -> policies.get(request.getId()));
  }
}
