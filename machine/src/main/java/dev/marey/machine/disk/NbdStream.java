package dev.marey.machine.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Whole messages over a socket. Owns the socket.
 *
 * <p>Threading: one thread; {@link #close} any.
 */
final class NbdStream implements AutoCloseable {

  private final SocketChannel channel;

  NbdStream(SocketChannel channel) {
    this.channel = channel;
  }

  /** Reads exactly so many bytes; the result is at their start. */
  ByteBuffer receive(int lengthBytes) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(lengthBytes);
    receive(message);
    return message.flip();
  }

  /** Fills the buffer. */
  void receive(ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        throw new EOFException("the other side has closed the connection");
      }
    }
  }

  /** Writes the buffers out, one behind the other. */
  void send(ByteBuffer... messages) throws IOException {
    long left = 0;
    for (ByteBuffer message : messages) {
      left += message.remaining();
    }
    while (left > 0) {
      left -= channel.write(messages);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
