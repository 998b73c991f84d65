package dev.marey.machine.disk;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads a disk that another program serves over a Unix socket. Owns the connection.
 *
 * <p>Threading: any (lock: this).
 */
final class NbdClient implements AutoCloseable {

  private final NbdStream stream;
  private final ByteBuffer request = ByteBuffer.allocateDirect(Nbd.REQUEST_BYTES);
  private final ByteBuffer reply = ByteBuffer.allocateDirect(Nbd.REPLY_BYTES);
  private long lengthBytes = -1;
  private long cookie;

  private NbdClient(NbdStream stream) {
    this.stream = stream;
  }

  /** Connects and chooses an export. */
  static NbdClient connect(Path socket, String export) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    NbdClient client = new NbdClient(new NbdStream(channel));
    try {
      client.choose(export);
      return client;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void choose(String export) throws IOException {
    ByteBuffer greeting = stream.receive(18);
    if (greeting.getLong() != Nbd.MAGIC || greeting.getLong() != Nbd.OPTION) {
      throw new IOException("the other side does not speak the NBD protocol");
    }
    byte[] name = export.getBytes(StandardCharsets.UTF_8);
    ByteBuffer go = ByteBuffer.allocate(4 + 16 + 4 + name.length + 2);
    go.putInt(Nbd.FIXED_NEWSTYLE | Nbd.NO_ZEROES);
    go.putLong(Nbd.OPTION).putInt(Nbd.OPTION_GO).putInt(4 + name.length + 2);
    go.putInt(name.length).put(name).putShort((short) 0);
    stream.send(go.flip());
    while (true) {
      ByteBuffer answer = stream.receive(20);
      long magic = answer.getLong();
      answer.getInt();
      int type = answer.getInt();
      int length = answer.getInt();
      if (magic != Nbd.ANSWER || length < 0 || length > Nbd.MAX_OPTION_BYTES) {
        throw new IOException("the other side does not speak the NBD protocol");
      }
      ByteBuffer data = stream.receive(length);
      if (type == Nbd.ANSWER_ACK) {
        break;
      }
      if (type < 0) {
        throw new IOException("there is no disk " + export + " (answer " + type + ")");
      }
      if (type == Nbd.ANSWER_INFO && data.getShort() == Nbd.INFO_EXPORT) {
        lengthBytes = data.getLong();
      }
    }
    if (lengthBytes < 0) {
      throw new IOException("the length of the disk " + export + " was not told");
    }
  }

  long lengthBytes() {
    return lengthBytes;
  }

  /** Fills {@code into}, up to 32 MiB. */
  synchronized void read(long offsetBytes, ByteBuffer into) throws IOException {
    if (into.remaining() == 0) {
      return;
    }
    long mine = ++cookie;
    request.clear();
    request.putInt(Nbd.REQUEST).putShort((short) 0).putShort((short) Nbd.READ);
    request.putLong(mine).putLong(offsetBytes).putInt(into.remaining());
    stream.send(request.flip());
    stream.receive(reply.clear());
    reply.flip();
    int magic = reply.getInt();
    int error = reply.getInt();
    if (magic != Nbd.REPLY || reply.getLong() != mine) {
      throw new IOException("an answer from the disk's image makes no sense");
    }
    if (error != Nbd.OK) {
      throw new IOException("the disk's image can't be read (errno " + error + ")");
    }
    stream.receive(into);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
