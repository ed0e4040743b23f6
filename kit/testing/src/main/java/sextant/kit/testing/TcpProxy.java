package sextant.kit.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A network that can be disturbed: passes everything on to a port, or nothing while it is stalled.
/// Stalled connections stay open, as those behind a broken switch do.
public final class TcpProxy implements AutoCloseable {

  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private boolean stalled;

  public TcpProxy(int target) {
    this.target = target;
    try {
      listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Thread.ofVirtual().name("proxy").start(this::accept);
  }

  public int port() {
    return listening.getLocalPort();
  }

  /// New connections go to another port.
  public void redirect(int target) {
    this.target = target;
  }

  /// From now on bytes wait.
  public synchronized void stall() {
    stalled = true;
  }

  /// Waiting bytes go on their way.
  public synchronized void resume() {
    stalled = false;
    notifyAll();
  }

  /// Ends all connections; new ones are possible.
  public void cut() {
    open.forEach(TcpProxy::close);
  }

  private synchronized void awaitPassage() throws InterruptedException {
    while (stalled) {
      wait();
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException closed) {
        // By close(), or a client that went away already.
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    open.add(server);
    try {
      awaitPassage();
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      Thread.ofVirtual().start(() -> pump(server, client));
      pump(client, server);
    } catch (IOException | InterruptedException failure) {
      close(client);
      close(server);
    }
  }

  private void pump(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitPassage();
        out.write(buffer, 0, read);
      }
    } catch (IOException | InterruptedException ended) {
      // One side is gone; leaving closes the other.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    resume();
    cut();
  }
}
