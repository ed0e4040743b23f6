package sextant.metrics.policy;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import sextant.kit.db.Database;
import sextant.kit.rpc.Unary;
import sextant.metrics.v1.ContactPoliciesServiceGrpc.ContactPoliciesServiceImplBase;
import sextant.metrics.v1.CreatePolicyRequest;
import sextant.metrics.v1.DeletePolicyRequest;
import sextant.metrics.v1.GetPolicyRequest;
import sextant.metrics.v1.ListPoliciesRequest;
import sextant.metrics.v1.ListPoliciesResponse;
import sextant.metrics.v1.Policy;
import sextant.metrics.v1.UpdatePolicyRequest;

/// Contact policies over gRPC.
public final class ContactPoliciesService extends ContactPoliciesServiceImplBase {

  private final Policies policies;

  public ContactPoliciesService(Database database, InstantSource time) {
    this.policies = new Policies(Policies.CONTACT_POLICY, database, time);
  }

  @Override
  public void listContactPolicies(
      ListPoliciesRequest request, StreamObserver<ListPoliciesResponse> out) {
    Unary.respond(out, () -> policies.list(request));
  }

  @Override
  public void createContactPolicy(CreatePolicyRequest request, StreamObserver<Policy> out) {
    Unary.respond(out, () -> policies.create(request));
  }

  @Override
  public void updateContactPolicy(UpdatePolicyRequest request, StreamObserver<Policy> out) {
    Unary.respond(out, () -> policies.update(request));
  }

  @Override
  public void deleteContactPolicy(DeletePolicyRequest request, StreamObserver<Empty> out) {
    Unary.respond(
        out,
        () -> {
          policies.delete(request.getId());
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void getContactPolicy(GetPolicyRequest request, StreamObserver<Policy> out) {
    Unary.respond(out, () -> policies.get(request.getId()));
  }
}
