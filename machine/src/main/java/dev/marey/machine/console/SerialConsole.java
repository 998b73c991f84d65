package dev.marey.machine.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guest's first serial port: bytes both ways over the socket QEMU was given. Keeps nothing of
 * what was printed. Input is queued and fed in pieces no longer than a 16550's FIFO, so a caller
 * never waits for a guest that does not read.
 *
 * <p>Threading: any (lock of reading: {@code draining}); listeners are called one at a time, on the
 * console's reader thread or on that of whoever settles or closes it.
 */
public final class SerialConsole implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SerialConsole.class);
  private static final int FIFO_BYTES = 16;
  private static final long NANOS_PER_CHUNK = 1_000_000;
  private static final long NANOS_PER_FULL_SOCKET = 5_000_000;
  private static final long SETTLE_NANOS = 200_000_000;

  /** Input that may wait for the guest; what comes on top is refused. */
  public static final int MAX_WAITING_BYTES = 1 << 20;

  private final SocketChannel channel;
  private final List<ConsoleListener> listeners = new CopyOnWriteArrayList<>();
  private final LinkedBlockingDeque<byte[]> input = new LinkedBlockingDeque<>();
  private final AtomicInteger waitingBytes = new AtomicInteger();
  private final AtomicBoolean reading = new AtomicBoolean();
  private final ReentrantLock draining = new ReentrantLock();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
  private final Selector selector;
  private final Thread writer;
  private final String name;

  /**
   * Takes over the connected socket, which is closed if this fails. Nothing is read from it before
   * a listener is there.
   */
  public SerialConsole(SocketChannel channel, String name) throws IOException {
    this.channel = channel;
    this.name = name;
    this.selector = watched(channel);
    this.writer = new Thread(this::writeLoop, name + " console writer");
    writer.setDaemon(true);
    writer.start();
  }

  private static Selector watched(SocketChannel channel) throws IOException {
    try {
      Selector selector = Selector.open();
      channel.configureBlocking(false);
      SelectionKey unused = channel.register(selector, SelectionKey.OP_READ);
      return selector;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * The first listener gets all that was printed since the machine's start, the others what is new.
   */
  public void addListener(ConsoleListener listener) {
    listeners.add(listener);
    if (reading.compareAndSet(false, true)) {
      Thread reader = new Thread(this::readLoop, name + " console reader");
      reader.setDaemon(true);
      reader.start();
    }
  }

  public void removeListener(ConsoleListener listener) {
    listeners.remove(listener);
  }

  /**
   * Queues input for the guest.
   *
   * @return false, and nothing queued, when over {@link #MAX_WAITING_BYTES} would wait
   */
  public boolean write(byte[] bytes) {
    if (waitingBytes.addAndGet(bytes.length) > MAX_WAITING_BYTES) {
      waitingBytes.addAndGet(-bytes.length);
      return false;
    }
    for (int at = 0; at < bytes.length; at += FIFO_BYTES) {
      input.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + FIFO_BYTES)));
    }
    return true;
  }

  /** {@link #write(byte[])} of UTF-8 text. */
  public boolean type(String text) {
    return write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Forgets input the guest has not been given, as after a revert. */
  public void discardInput() {
    byte[] chunk = input.poll();
    while (chunk != null) {
      waitingBytes.addAndGet(-chunk.length);
      chunk = input.poll();
    }
  }

  /** Bytes of input that wait for the guest. */
  public int waitingBytes() {
    return waitingBytes.get();
  }

  /**
   * Returns when the listeners have been given all that the guest has printed so far: QEMU's socket
   * is empty, and no listener is being called. Meant for a guest that stands still; waits a fifth
   * of a second at most. Costs one system call when there is nothing.
   */
  public void settle() {
    if (!reading.get() || !channel.isOpen()) {
      return;
    }
    long deadline = System.nanoTime() + SETTLE_NANOS;
    try {
      if (draining.tryLock(SETTLE_NANOS, TimeUnit.NANOSECONDS)) {
        try {
          int got;
          do {
            got = readOnce();
          } while (got > 0 && System.nanoTime() < deadline);
        } finally {
          draining.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.debug("{}: console socket ended: {}", name, e.toString());
    }
  }

  /** Delivers what was printed, also by a QEMU that has ended, then closes the socket. */
  @Override
  public void close() {
    settle();
    writer.interrupt();
    try {
      channel.close();
      if (reading.compareAndSet(false, true)) {
        selector.close();
      } else {
        selector.wakeup();
      }
    } catch (IOException e) {
      LOG.debug("closing a console socket", e);
    }
  }

  private void readLoop() {
    try (selector) {
      int got = 0;
      while (got >= 0 && channel.isOpen()) {
        int unused = selector.select();
        selector.selectedKeys().clear();
        draining.lock();
        try {
          got = readOnce();
        } finally {
          draining.unlock();
        }
      }
    } catch (IOException | ClosedSelectorException e) {
      LOG.debug("{}: console socket ended: {}", name, e.toString());
    }
  }

  /** Delivers what one read gives; 0 is nothing for now, a negative number the end. */
  private int readOnce() throws IOException {
    buffer.clear();
    int got = channel.read(buffer);
    if (got > 0) {
      byte[] bytes = new byte[got];
      buffer.flip().get(bytes);
      for (ConsoleListener listener : listeners) {
        deliver(listener, bytes.clone());
      }
    }
    return got;
  }

  private static void deliver(ConsoleListener listener, byte[] bytes) {
    try {
      listener.printed(bytes);
    } catch (RuntimeException e) {
      LOG.error("a console listener failed", e);
    }
  }

  private void writeLoop() {
    try {
      while (channel.isOpen()) {
        byte[] chunk = input.take();
        ByteBuffer bytes = ByteBuffer.wrap(chunk);
        while (bytes.hasRemaining()) {
          if (channel.write(bytes) == 0) {
            LockSupport.parkNanos(NANOS_PER_FULL_SOCKET);
          }
          if (Thread.interrupted()) {
            throw new InterruptedException("closed while the guest read nothing");
          }
        }
        waitingBytes.addAndGet(-chunk.length);
        LockSupport.parkNanos(NANOS_PER_CHUNK);
      }
    } catch (InterruptedException e) {
      LOG.debug("console writer ends");
    } catch (IOException e) {
      LOG.debug("{}: console socket ended: {}", name, e.toString());
    }
  }
}
