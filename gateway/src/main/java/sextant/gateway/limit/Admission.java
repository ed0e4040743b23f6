package sextant.gateway.limit;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.concurrent.atomic.AtomicInteger;
import sextant.gateway.error.HttpError;

/// Refuses requests beyond a number at the same time before anything is done for them: those taken
/// on are answered in time, however many more come.
public final class Admission implements DecoratingHttpServiceFunction {

  private final int limit;
  private final AtomicInteger running = new AtomicInteger();

  public Admission(int limit) {
    this.limit = limit;
  }

  /// Requests under way.
  public int running() {
    return running.get();
  }

  @Override
  public HttpResponse serve(HttpService next, ServiceRequestContext ctx, HttpRequest request)
      throws Exception {
    if (running.incrementAndGet() > limit) {
      running.decrementAndGet();
      throw HttpError.unavailable("too many requests at the same time; try again");
    }
    ctx.log().whenComplete().thenRun(running::decrementAndGet);
    return next.serve(ctx, request);
  }
}
