package dev.marey.machine.testing;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Two connected Unix sockets; the test plays QEMU at {@code theirs}. */
public record SocketPair(SocketChannel ours, SocketChannel theirs) implements AutoCloseable {

  public static SocketPair in(Path folder) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("pair"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      SocketChannel ours = SocketChannel.open(address);
      return new SocketPair(ours, server.accept());
    }
  }

  @Override
  public void close() throws IOException {
    ours.close();
    theirs.close();
  }
}
