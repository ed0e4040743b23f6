package sextant.gateway.openapi;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.file.FileService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// The page behind `/docs`: Swagger UI from the class path, so that it works without the internet.
public final class DocsPage {

  private static final String WEBJAR = "META-INF/maven/org.webjars/swagger-ui/pom.properties";
  private static final String FILES = "META-INF/resources/webjars/swagger-ui/";

  /// In place of the packaged one, which shows somebody else's API.
  private static final String INITIALIZER =
      """
      window.onload = () => {
        window.ui = SwaggerUIBundle({
          url: '/openapi.json',
          dom_id: '#swagger-ui',
          deepLinking: true,
          presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
          layout: 'StandaloneLayout',
          validatorUrl: null
        });
      };
      """;

  private DocsPage() {}

  public static void addTo(ServerBuilder server) {
    server
        .service(
            "/docs",
            (_, _) ->
                HttpResponse.of(
                    ResponseHeaders.of(
                        HttpStatus.FOUND, HttpHeaderNames.LOCATION, "/docs/index.html")))
        .service(
            "/docs/swagger-initializer.js",
            (_, _) -> HttpResponse.of(MediaType.JAVASCRIPT_UTF_8, INITIALIZER))
        .serviceUnder("/docs/", FileService.of(DocsPage.class.getClassLoader(), FILES + version()));
  }

  private static String version() {
    try (InputStream in = DocsPage.class.getClassLoader().getResourceAsStream(WEBJAR)) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
