package dev.marey.machine;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Waits at sockets to QEMU, never longer than a deadline: a QEMU that hangs, or that failed before
 * it connected, sends nothing that would end a blocking call.
 *
 * <p>Threading: one thread.
 */
final class ChannelWait implements AutoCloseable {

  private static final long SLICE_MILLIS = 50;

  /** Looks whether waiting on makes sense. */
  @FunctionalInterface
  interface Check {
    void look() throws MachineException;
  }

  private final Selector selector;
  private final Deadline deadline;
  private final Check idle;

  /**
   * Waits for nothing yet.
   *
   * @param idle called whenever nothing has happened for some milliseconds
   */
  ChannelWait(Deadline deadline, Check idle) throws IOException {
    this.selector = Selector.open();
    this.deadline = deadline;
    this.idle = idle;
  }

  /** The next connection, in blocking mode. */
  SocketChannel accept(ServerSocketChannel server) throws IOException, MachineException {
    while (true) {
      await(server, SelectionKey.OP_ACCEPT);
      SocketChannel channel = server.accept();
      if (channel != null) {
        return channel;
      }
    }
  }

  /**
   * Returns when the channel is ready.
   *
   * @param channel stays non-blocking
   * @param operation of {@link SelectionKey}
   * @throws ClosedChannelException also when another thread closes the channel
   */
  void await(SelectableChannel channel, int operation) throws IOException, MachineException {
    try {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, operation);
      deadline.check();
      while (selector.select(SLICE_MILLIS) == 0) {
        deadline.check();
        idle.look();
      }
      selector.selectedKeys().clear();
      key.interestOps(0);
    } catch (CancelledKeyException e) {
      throw (IOException) new ClosedChannelException().initCause(e);
    }
  }

  /** Leaves the channels open. */
  @Override
  public void close() throws IOException {
    selector.close();
  }
}
