package dev.marey.machine.disk;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves disks over a Unix socket, which only this user can reach because of the folder it is in.
 * Owns the socket, its connections and their threads, until closed. The devices are the caller's.
 *
 * <p>Threading: any.
 */
public final class NbdServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NbdServer.class);

  private final Path socket;
  private final ServerSocketChannel server;
  private final Map<String, BlockDevice> exports;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
  private final Thread acceptor;
  private volatile boolean closed;

  private NbdServer(Path socket, ServerSocketChannel server, Map<String, BlockDevice> exports) {
    this.socket = socket;
    this.server = server;
    this.exports = new TreeMap<>(exports);
    this.acceptor = new Thread(this::accept, "marey-disks");
    acceptor.setDaemon(true);
  }

  /**
   * Listens from now on.
   *
   * @param socket path of at most 107 bytes in a private folder
   * @param exports the disks under the names clients know them by
   */
  public static NbdServer open(Path socket, Map<String, BlockDevice> exports) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    NbdServer opened = new NbdServer(socket, server, exports);
    opened.acceptor.start();
    return opened;
  }

  public Path socket() {
    return socket;
  }

  private void accept() {
    try {
      while (true) {
        serve(server.accept());
      }
    } catch (AsynchronousCloseException e) {
      LOG.trace("closed", e);
    } catch (ClosedChannelException e) {
      LOG.trace("closed before it listened", e);
    } catch (IOException e) {
      LOG.error("the guest's disks can't be reached any more", e);
    }
  }

  private void serve(SocketChannel client) {
    connections.add(client);
    if (closed) {
      end(client);
      return;
    }
    Thread thread = new Thread(() -> talk(client), "marey-disk");
    thread.setDaemon(true);
    thread.start();
  }

  private void talk(SocketChannel client) {
    try (NbdStream stream = new NbdStream(client)) {
      var chosen = new NbdHandshake(stream, exports).run();
      if (chosen.isPresent()) {
        new NbdConnection(stream, chosen.get()).run();
      }
    } catch (IOException e) {
      if (!closed) {
        LOG.debug("a client of a disk was dropped: {}", e.toString());
      }
    } finally {
      connections.remove(client);
    }
  }

  private static void end(SocketChannel client) {
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("closing a connection to a disk", e);
    }
  }

  /** Ends all connections: a QEMU that still runs gets input/output errors from its disks. */
  @Override
  public void close() {
    closed = true;
    try {
      server.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.debug("closing the disks' socket", e);
    }
    connections.forEach(NbdServer::end);
  }
}
