package sextant.standalone.operations;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import sextant.standalone.Reply;

/// The log of a process, in both forms.
class LogsTest {

  private static String log(String form) throws JoranException {
    LoggerContext logs = new LoggerContext();
    PrintStream err = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try (var _ = MDC.putCloseable("tenant", "acme");
        var _ = MDC.putCloseable("request", "r-1");
        var _ = MDC.putCloseable("trace", "0af7651916cd43dd8448eb211c80319c")) {
      logs.putProperty("SEXTANT_LOG", form);
      logs.setMDCAdapter(MDC.getMDCAdapter());
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(logs);
      configurator.doConfigure(LogsTest.class.getResource("/logback.xml"));
      logs.getLogger("sextant.Test").info("two\nlines of {}", "text");
      logs.getLogger("library").info("not ours");
      return bytes.toString(StandardCharsets.UTF_8);
    } finally {
      logs.stop();
      System.setErr(err);
    }
  }

  @Test
  void jsonIsOneObjectALine() throws Exception {
    String text = log("json");
    assertThat(text.lines()).hasSize(1);
    JsonNode line = Reply.JSON.readTree(text);
    assertThat(line.get("formattedMessage").asText()).isEqualTo("two\nlines of text");
    assertThat(line.get("level").asText()).isEqualTo("INFO");
    assertThat(line.at("/mdc/tenant").asText()).isEqualTo("acme");
    assertThat(line.at("/mdc/request").asText()).isEqualTo("r-1");
    assertThat(line.at("/mdc/trace").asText()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
  }

  @Test
  void textIsForPeople() throws JoranException {
    assertThat(log("text"))
        .contains("INFO  Test acme r-1 0af7651916cd43dd8448eb211c80319c two\nlines of text");
  }
}
