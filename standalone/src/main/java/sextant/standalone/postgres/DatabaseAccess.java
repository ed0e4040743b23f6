package sextant.standalone.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import sextant.standalone.CommandFailure;

/// How the mesh reaches its database as the role that creates schemas and roles.
///
/// @param url JDBC url without user and password
/// @param owner the role that creates the schemas and the services' roles
/// @param ownerPassword its password
public record DatabaseAccess(String url, String owner, String ownerPassword) {

  private static final int OLDEST_MAJOR = 15;
  private static final String FORMS =
      "--database-url takes postgres://user:password@host:port/database or jdbc:postgresql://host:port/database?user=...&password=...";

  /// Reads either form.
  public static DatabaseAccess parse(String text) {
    String plain = text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text;
    try {
      URI uri = new URI(plain);
      if (!"postgres".equals(uri.getScheme()) && !"postgresql".equals(uri.getScheme())
          || uri.getHost() == null
          || uri.getPath().length() < 2) {
        throw new CommandFailure(FORMS);
      }
      String[] login =
          uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
      String user = login.length > 0 ? decode(login[0]) : "";
      String password = login.length > 1 ? decode(login[1]) : "";
      List<String> parameters = new ArrayList<>();
      String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
      for (String parameter : query.isEmpty() ? new String[0] : query.split("&")) {
        if (parameter.startsWith("user=")) {
          user = decode(parameter.substring("user=".length()));
        } else if (parameter.startsWith("password=")) {
          password = decode(parameter.substring("password=".length()));
        } else {
          parameters.add(parameter);
        }
      }
      if (user.isEmpty()) {
        throw new CommandFailure(FORMS);
      }
      return new DatabaseAccess(
          "jdbc:postgresql://%s:%d%s%s"
              .formatted(
                  uri.getHost(),
                  uri.getPort() < 0 ? 5432 : uri.getPort(),
                  uri.getRawPath(),
                  parameters.isEmpty() ? "" : "?" + String.join("&", parameters)),
          user,
          password);
    } catch (URISyntaxException malformed) {
      throw new CommandFailure(FORMS, malformed);
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /// Says in one line why the database cannot be used, if so.
  public DatabaseAccess checked() {
    try (Connection connection = DriverManager.getConnection(url, owner, ownerPassword)) {
      int major = connection.getMetaData().getDatabaseMajorVersion();
      if (major < OLDEST_MAJOR) {
        throw new CommandFailure(
            "the database is PostgreSQL %d, Sextant needs %d or newer"
                .formatted(major, OLDEST_MAJOR));
      }
      return this;
    } catch (SQLException failure) {
      throw new CommandFailure("cannot use " + url + ": " + failure.getMessage(), failure);
    }
  }

  /// Leaves the password out of logs.
  @Override
  public String toString() {
    return "DatabaseAccess[url=%s, owner=%s]".formatted(url, owner);
  }
}
