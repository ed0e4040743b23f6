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

  /// In place of the packaged ones, which show somebody else's API under somebody else's name.
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
        <head>
          <meta charset="UTF-8">
          <title>Sextant API</title>
          <link rel="stylesheet" href="swagger-ui.css">
          <link rel="icon" type="image/png" href="favicon-32x32.png" sizes="32x32">
        </head>
        <body>
          <div id="swagger-ui"></div>
          <script src="swagger-ui-bundle.js"></script>
          <script src="swagger-initializer.js"></script>
        </body>
      </html>
      """;

  /// Over a hundred operations: folded, by name, with a box to find a group in.
  private static final String INITIALIZER =
      """
      window.onload = () => {
        window.ui = SwaggerUIBundle({
          url: '/openapi.json',
          dom_id: '#swagger-ui',
          deepLinking: true,
          docExpansion: 'none',
          tagsSorter: 'alpha',
          filter: true,
          defaultModelsExpandDepth: -1,
          displayRequestDuration: true,
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
            "/docs/index.html",
            (_, _) -> HttpResponse.of(HttpStatus.OK, MediaType.HTML_UTF_8, PAGE))
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
