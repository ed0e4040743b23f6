package sextant.gateway.error;

import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;
import java.util.regex.Pattern;
import sextant.kit.db.Ids;

/// The id that follows one request through answers, services and logs: the client's own when it is
/// harmless to repeat, else a new one.
public final class RequestIds {

  public static final AsciiString HEADER = AsciiString.cached("x-request-id");

  private static final AttributeKey<String> KEY = AttributeKey.valueOf(RequestIds.class, "id");
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=-]{1,64}");

  private RequestIds() {}

  /// The id of the request of `ctx`, the same however often it is asked for.
  public static String of(ServiceRequestContext ctx) {
    String known = ctx.attr(KEY);
    if (known != null) {
      return known;
    }
    String id = of(ctx.request().headers());
    ctx.setAttr(KEY, id);
    return id;
  }

  /// The id for a request that never got a context.
  static String of(RequestHeaders headers) {
    String given = headers == null ? null : headers.get(HEADER);
    return given != null && SANE.matcher(given).matches() ? given : Ids.next().toString();
  }
}
