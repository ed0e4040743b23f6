package sextant.standalone.keys;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sextant.access.v1.CreateApiKeyRequest;
import sextant.access.v1.CreateApiKeyResponse;
import sextant.access.v1.Role;
import sextant.standalone.CommandFailure;

/// `sextant keys create`: the key alone goes to stdout, so that scripts can take it.
@Command(
    name = "create",
    description = "Create a key and print it. It is shown only now; the mesh keeps a hash of it.",
    mixinStandardHelpOptions = true)
final class CreateKey implements Callable<Integer> {

  /// The roles a key can have.
  enum KeyRole {
    viewer,
    editor,
    admin
  }

  private static final int MOST_DAYS = 36_500;

  @Mixin private KeyAdministration keys;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "viewer",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  private KeyRole role;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What it is for, to recognise it by.")
  private Optional<String> name;

  @Option(
      names = "--days",
      paramLabel = "DAYS",
      description = "Refuse it after so many days. Default: never")
  private Optional<Integer> days;

  @Override
  public Integer call() {
    CreateApiKeyRequest.Builder request =
        CreateApiKeyRequest.newBuilder()
            .setRole(Role.valueOf("ROLE_" + role.name().toUpperCase(Locale.ROOT)));
    name.ifPresent(request::setName);
    days.ifPresent(valid -> request.setExpiresAt(expiry(valid)));
    CreateApiKeyResponse created = keys.call(service -> service.createApiKey(request.build()));
    System.out.println(created.getKey());
    System.err.printf(
        "created %s, %s of %s; send it as X-API-Key or Authorization: Bearer%n",
        created.getId(), role, keys.tenant());
    return 0;
  }

  private static Timestamp expiry(int days) {
    if (days < 1 || days > MOST_DAYS) {
      throw new CommandFailure("--days must be 1 to %d, was %d".formatted(MOST_DAYS, days));
    }
    return Timestamp.newBuilder()
        .setSeconds(Instant.now().plus(Duration.ofDays(days)).getEpochSecond())
        .build();
  }
}
