package dev.marey.machine.screen;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A Unix socket for a library that takes a {@link Socket}. Only what Vernacular uses is there: the
 * two streams and {@code close}. The streams go straight to the channel, because those of {@link
 * java.nio.channels.Channels} share one lock on JDK 17: a waiting read would hold up every write.
 * The input stream reports the end as an exception; Vernacular would not tell of it otherwise.
 *
 * <p>Threading: one reader and one writer at a time; {@code close} from any thread.
 */
final class UnixSocket extends Socket {

  private final SocketChannel channel;

  private UnixSocket(SocketChannel channel) {
    this.channel = channel;
  }

  static UnixSocket connect(Path path) throws IOException {
    return new UnixSocket(SocketChannel.open(UnixDomainSocketAddress.of(path)));
  }

  @Override
  public InputStream getInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        read(one, 0, 1);
        return Byte.toUnsignedInt(one[0]);
      }

      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        int count = channel.read(ByteBuffer.wrap(to, offset, length));
        if (count < 0) {
          throw new EOFException("QEMU closed the connection");
        }
        return count;
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  public OutputStream getOutputStream() {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(from, offset, length);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
