package sextant.gateway.route;

import io.grpc.MethodDescriptor;
import sextant.gateway.contract.HttpBinding;
import sextant.gateway.contract.Rpc;

/// One RPC behind one HTTP rule, compiled: how its request is read, called and answered.
///
/// @param rpc what the contract says of it
/// @param binding the HTTP rule
/// @param path the rule's path
/// @param reader makes the request message
/// @param method how gRPC calls it, with bytes for messages
/// @param writer makes the answer
/// @param maxBodyBytes above it the answer is 413
public record Operation(
    Rpc rpc,
    HttpBinding binding,
    PathTemplate path,
    RequestReader reader,
    MethodDescriptor<byte[], byte[]> method,
    ResponseWriter writer,
    long maxBodyBytes) {

  String where() {
    return binding.httpMethod() + " " + binding.path() + " (" + rpc.fullName() + ")";
  }
}
