package sextant.kit.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Locale;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;

/// A span for every statement of a request that is traced. Values that are bound stay out of it.
public final class StatementSpans implements ExecuteListener {

  private static final long serialVersionUID = 1L;
  private static final String SPAN = "sextant-span";
  private static final int LONGEST_TEXT = 2_000;

  @Override
  public void executeStart(ExecuteContext ctx) {
    Span parent = Traces.current();
    if (!Traces.areOn() || !parent.isRecording() || ctx.sql() == null) {
      return;
    }
    String sql = ctx.sql().strip();
    int end = sql.indexOf(' ');
    String verb = end < 0 ? sql : sql.substring(0, end);
    Span span = Traces.within(parent, "sql " + verb.toLowerCase(Locale.ROOT));
    span.setAttribute("db.system.name", "postgresql");
    span.setAttribute("db.query.text", sql.substring(0, Math.min(sql.length(), LONGEST_TEXT)));
    ctx.data(SPAN, span);
  }

  @Override
  public void exception(ExecuteContext ctx) {
    if (ctx.data(SPAN) instanceof Span span && ctx.sqlException() != null) {
      span.setStatus(StatusCode.ERROR, "SQLSTATE " + ctx.sqlException().getSQLState());
    }
  }

  @Override
  public void end(ExecuteContext ctx) {
    if (ctx.data(SPAN) instanceof Span span) {
      span.end();
    }
  }
}
