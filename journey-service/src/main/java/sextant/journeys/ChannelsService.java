package sextant.journeys;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import sextant.errors.v1.ErrorReason;
import sextant.journeys.jooq.tables.records.ChannelRecord;
import sextant.journeys.v1.Channel;
import sextant.journeys.v1.ChannelKind;
import sextant.journeys.v1.ChannelsServiceGrpc;
import sextant.journeys.v1.DeleteChannelRequest;
import sextant.journeys.v1.ListChannelsRequest;
import sextant.journeys.v1.ListChannelsResponse;
import sextant.journeys.v1.UpsertChannelRequest;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Timestamps;
import sextant.kit.rpc.Unary;

/// Channel settings over gRPC.
final class ChannelsService extends ChannelsServiceGrpc.ChannelsServiceImplBase {

  private static final int DEFAULT_TIMEOUT_MS = 5_000;
  private static final int DEFAULT_MAX_ATTEMPTS = 14;

  private final Database database;
  private final ChannelRepository channels;
  private final InstantSource time;

  ChannelsService(Database database, ChannelRepository channels, InstantSource time) {
    this.database = database;
    this.channels = channels;
    this.time = time;
  }

  @Override
  public void listChannels(ListChannelsRequest request, StreamObserver<ListChannelsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return ListChannelsResponse.newBuilder()
              .addAllData(
                  database.inTenant(tenantId, tx -> channels.all(tx, tenantId)).stream()
                      .map(ChannelsService::message)
                      .toList())
              .build();
        });
  }

  @Override
  public void upsertChannel(UpsertChannelRequest request, StreamObserver<Channel> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          checkUrl(request);
          ChannelRecord channel = channel(tenantId, request);
          return message(database.inTenant(tenantId, tx -> channels.upsert(tx, channel)));
        });
  }

  private static void checkUrl(UpsertChannelRequest request) {
    boolean isWebhook = request.getKind() == ChannelKind.CHANNEL_KIND_WEBHOOK;
    if (isWebhook != request.hasUrl()) {
      throw ApiException.invalid(
          "url", isWebhook ? "is required for a webhook" : "is only for webhooks");
    }
    if (isWebhook && !isHttp(request.getUrl())) {
      throw ApiException.invalid("url", "must be an http or https URL with a host");
    }
  }

  private static boolean isHttp(String text) {
    try {
      URI url = new URI(text);
      return url.getHost() != null
          && ("http".equalsIgnoreCase(url.getScheme())
              || "https".equalsIgnoreCase(url.getScheme()));
    } catch (URISyntaxException malformed) {
      return false;
    }
  }

  private ChannelRecord channel(String tenantId, UpsertChannelRequest request) {
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    ChannelRecord channel = new ChannelRecord();
    channel.setTenantId(tenantId);
    channel.setName(request.getName());
    channel.setKind(Words.of(request.getKind()));
    channel.setUrl(request.hasUrl() ? request.getUrl() : null);
    channel.setSecret(request.hasSecret() ? request.getSecret() : null);
    channel.setTimeoutMs(request.hasTimeoutMs() ? request.getTimeoutMs() : DEFAULT_TIMEOUT_MS);
    channel.setMaxAttempts(
        request.hasMaxAttempts() ? request.getMaxAttempts() : DEFAULT_MAX_ATTEMPTS);
    channel.setCreatedAt(now);
    channel.setUpdatedAt(now);
    return channel;
  }

  private static Channel message(ChannelRecord channel) {
    Channel.Builder message =
        Channel.newBuilder()
            .setName(channel.getName())
            .setKind(Words.channelKind(channel.getKind()))
            .setHasSecret(channel.getSecret() != null)
            .setTimeoutMs(channel.getTimeoutMs())
            .setMaxAttempts(channel.getMaxAttempts())
            .setCreatedAt(Timestamps.of(channel.getCreatedAt()))
            .setUpdatedAt(Timestamps.of(channel.getUpdatedAt()));
    Optional.ofNullable(channel.getUrl()).ifPresent(message::setUrl);
    return message.build();
  }

  @Override
  public void deleteChannel(DeleteChannelRequest request, StreamObserver<Empty> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          database.inTenant(tenantId, tx -> delete(tx, tenantId, request.getName()));
          return Empty.getDefaultInstance();
        });
  }

  private boolean delete(DSLContext tx, String tenantId, String name) {
    if (!channels.delete(tx, tenantId, name)) {
      throw ApiException.notFound("channel", name);
    }
    List<String> users =
        channels.running(tx, tenantId).stream()
            .filter(journey -> journey.content().read().plan().channels().contains(name))
            .map(journey -> "journey:" + journey.journeyId())
            .toList();
    if (!users.isEmpty()) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_IN_USE,
          "channel " + name + " is used by " + String.join(", ", users),
          Map.of("resource", "channel", "id", name, "references", String.join(",", users)));
    }
    return true;
  }
}
