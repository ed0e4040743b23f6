package sextant.gateway.route;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import java.util.Optional;
import sextant.gateway.error.RequestIds;
import sextant.gateway.json.JsonWriter;
import sextant.gateway.json.MalformedWireException;

/// Makes the HTTP answer of one RPC from its response message on the wire.
///
/// @param json program for the response message
/// @param status of success
/// @param alternative a boolean field that chooses another status
/// @param body the field that is the whole answer, if not all of them are
/// @param unwrapSingle the list whose first element answers a request with a lone element
public record ResponseWriter(
    JsonWriter json,
    HttpStatus status,
    Optional<Alternative> alternative,
    Optional<FieldDescriptor> body,
    Optional<FieldDescriptor> unwrapSingle) {

  /// The status when a boolean field of the response is true.
  public record Alternative(FieldDescriptor field, HttpStatus status) {}

  HttpResponse write(byte[] wire, boolean loneElement, String requestId)
      throws MalformedWireException {
    HttpStatus chosen =
        alternative.isPresent()
                && JsonWriter.readBoolean(wire, alternative.get().field().getNumber())
            ? alternative.get().status()
            : status;
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(chosen).set(RequestIds.HEADER, requestId);
    if (chosen.isContentAlwaysEmpty()) {
      return HttpResponse.of(headers.build());
    }
    headers.contentType(MediaType.JSON_UTF_8);
    return HttpResponse.of(headers.build(), HttpData.wrap(body(wire, loneElement)));
  }

  private byte[] body(byte[] wire, boolean loneElement) throws MalformedWireException {
    if (loneElement && unwrapSingle.isPresent()) {
      return json.writeFirstElement(wire, unwrapSingle.get());
    }
    return body.isPresent() ? json.writeField(wire, body.get()) : json.write(wire);
  }
}
