package sextant.kit.mesh;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/// Replicas by a list of addresses, where no DNS name stands for all of them. Each is a place of
/// its own; names that do not resolve at the moment are left out.
final class Replicas extends NameResolver {

  private static final String SCHEME = "replicas";
  private static final String SEPARATOR = ";";

  static {
    NameResolverRegistry.getDefaultRegistry().register(new Provider());
  }

  private final List<String> addresses;
  private final Executor blocking;
  private Listener2 listener;

  private Replicas(List<String> addresses, Executor blocking) {
    this.addresses = addresses;
    this.blocking = blocking;
  }

  /// The gRPC target for what a setting says.
  static String target(String setting) {
    return setting.contains(SEPARATOR) ? SCHEME + ":///" + setting.replace(" ", "") : setting;
  }

  /// The name that servers' certificates are checked against is that of the first replica, unless
  /// the addresses carry their own, which they do.
  @Override
  public String getServiceAuthority() {
    return addresses.getFirst();
  }

  @Override
  public void start(Listener2 listener) {
    this.listener = listener;
    resolve();
  }

  @Override
  public void refresh() {
    resolve();
  }

  private void resolve() {
    blocking.execute(
        () -> {
          List<EquivalentAddressGroup> found = new ArrayList<>();
          for (String address : addresses) {
            try {
              found.add(group(address));
            } catch (UnknownHostException gone) {
              // The others have to do.
            }
          }
          listener.onResult(
              ResolutionResult.newBuilder()
                  .setAddressesOrError(
                      found.isEmpty()
                          ? StatusOr.fromStatus(
                              Status.UNAVAILABLE.withDescription("no address in " + addresses))
                          : StatusOr.fromValue(found))
                  .build());
        });
  }

  private static EquivalentAddressGroup group(String address) throws UnknownHostException {
    int colon = address.lastIndexOf(':');
    int port = Integer.parseInt(address.substring(colon + 1));
    List<SocketAddress> all = new ArrayList<>();
    for (InetAddress host : InetAddress.getAllByName(address.substring(0, colon))) {
      all.add(new InetSocketAddress(host, port));
    }
    return new EquivalentAddressGroup(
        all,
        io.grpc.Attributes.newBuilder()
            .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, address)
            .build());
  }

  @Override
  public void shutdown() {}

  private static final class Provider extends NameResolverProvider {

    @Override
    public NameResolver newNameResolver(URI target, Args args) {
      if (!target.getScheme().equals(SCHEME)) {
        return null;
      }
      List<String> addresses =
          Stream.of(target.getPath().substring(1).split(SEPARATOR))
              .filter(address -> !address.isEmpty())
              .toList();
      if (addresses.isEmpty() || !addresses.stream().allMatch(a -> a.matches(".+:[0-9]{1,5}"))) {
        throw new IllegalArgumentException("not host:port;host:port: " + target.getPath());
      }
      return new Replicas(addresses, args.getOffloadExecutor());
    }

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 5;
    }

    @Override
    public String getDefaultScheme() {
      return SCHEME;
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
      return Set.of(InetSocketAddress.class);
    }
  }
}
