package sextant.gateway;

import com.linecorp.armeria.common.Flags;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// The thread that accepts connections. It ends with the last of them; Netty's default is to wait
/// another two seconds for work that nobody can send any more.
final class Acceptor extends MultiThreadIoEventLoopGroup {

  private static final int STOP_SECONDS = 5;

  Acceptor(String name) {
    super(1, new DefaultThreadFactory(name), transport());
  }

  /// The transport of the connections accepted, which Armeria chooses.
  private static IoHandlerFactory transport() {
    return switch (Flags.transportType()) {
      case EPOLL -> EpollIoHandler.newFactory();
      case KQUEUE -> KQueueIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
      case IO_URING -> throw new IllegalStateException("io_uring is not among our transports");
    };
  }

  @Override
  public Future<?> shutdownGracefully() {
    return shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS);
  }
}
