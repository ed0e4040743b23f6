package sextant.kit.rpc;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import java.util.concurrent.Executor;

/// Attaches a signed caller to outgoing calls: `stub.withCallCredentials(...)`.
public final class CallerCredentials extends CallCredentials {

  private final CallerTokens tokens;
  private final Caller caller;

  public CallerCredentials(CallerTokens tokens, Caller caller) {
    this.tokens = tokens;
    this.caller = caller;
  }

  @Override
  public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
    Metadata headers = new Metadata();
    headers.put(CallerTokens.HEADER, tokens.sign(caller));
    applier.apply(headers);
  }
}
