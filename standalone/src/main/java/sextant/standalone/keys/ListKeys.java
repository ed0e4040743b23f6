package sextant.standalone.keys;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import sextant.access.v1.ApiKey;
import sextant.access.v1.KeysServiceGrpc.KeysServiceBlockingStub;
import sextant.access.v1.ListApiKeysRequest;
import sextant.access.v1.ListApiKeysResponse;

/// `sextant keys list`: one line per key.
@Command(
    name = "list",
    description =
        "List keys that were not revoked, oldest first: id, start, role, creation, expiry, name.",
    mixinStandardHelpOptions = true)
final class ListKeys implements Callable<Integer> {

  private static final int PAGE = 100;

  @Mixin private KeyAdministration keys;

  @Override
  public Integer call() {
    for (ApiKey key : keys.call(ListKeys::all)) {
      System.out.printf(
          "%s  %s...  %-6s  %s  %-20s  %s%n",
          key.getId(),
          key.getPrefix(),
          key.getRole().name().substring("ROLE_".length()).toLowerCase(Locale.ROOT),
          text(key.getCreatedAt()),
          key.hasExpiresAt() ? text(key.getExpiresAt()) : "never",
          key.getName());
    }
    return 0;
  }

  private static List<ApiKey> all(KeysServiceBlockingStub service) {
    List<ApiKey> found = new ArrayList<>();
    ListApiKeysRequest.Builder request = ListApiKeysRequest.newBuilder().setLimit(PAGE);
    ListApiKeysResponse page;
    do {
      page = service.listApiKeys(request.build());
      found.addAll(page.getDataList());
      request.setCursor(page.getPagination().getCursor());
    } while (page.getPagination().getHasMore());
    return found;
  }

  private static String text(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds()).toString();
  }
}
