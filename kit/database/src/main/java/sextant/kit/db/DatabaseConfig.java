package sextant.kit.db;

import java.util.Objects;

/// How a service reaches PostgreSQL.
///
/// @param url JDBC url of the database all services share
/// @param user login role of the service; owns nothing, so row-level security binds it
/// @param password its password
/// @param ownerUser role that creates schemas, tables and the service's role; empty when somebody
///   else migrates
/// @param ownerPassword its password
/// @param poolSize largest number of connections
public record DatabaseConfig(
    String url,
    String user,
    String password,
    String ownerUser,
    String ownerPassword,
    int poolSize) {

  public DatabaseConfig {
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(user, "user");
  }

  /// Leaves the secrets out of logs.
  @Override
  public String toString() {
    return "DatabaseConfig[url=%s, user=%s, ownerUser=%s, poolSize=%d]"
        .formatted(url, user, ownerUser, poolSize);
  }
}
