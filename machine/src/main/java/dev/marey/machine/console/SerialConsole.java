package dev.marey.machine.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guest's first serial port: bytes both ways over the socket QEMU was given. Keeps nothing of
 * what was printed. Input is queued and fed in pieces no longer than a 16550's FIFO, so a caller
 * never waits for a guest that does not read.
 *
 * <p>Threading: any; listeners are called on the console's reader thread.
 */
public final class SerialConsole implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SerialConsole.class);
  private static final int FIFO_BYTES = 16;
  private static final long NANOS_PER_CHUNK = 1_000_000;

  /** Input that may wait for the guest; what comes on top is refused. */
  public static final int MAX_WAITING_BYTES = 1 << 20;

  private final SocketChannel channel;
  private final List<ConsoleListener> listeners = new CopyOnWriteArrayList<>();
  private final LinkedBlockingDeque<byte[]> input = new LinkedBlockingDeque<>();
  private final AtomicInteger waitingBytes = new AtomicInteger();
  private final AtomicBoolean reading = new AtomicBoolean();
  private final Thread writer;
  private final String name;

  /** Takes over the connected socket. Nothing is read from it before a listener is there. */
  public SerialConsole(SocketChannel channel, String name) {
    this.channel = channel;
    this.name = name;
    this.writer = new Thread(this::writeLoop, name + " console writer");
    writer.setDaemon(true);
    writer.start();
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

  @Override
  public void close() {
    writer.interrupt();
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a console socket", e);
    }
  }

  private void readLoop() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
    try {
      while (channel.read(buffer) >= 0) {
        buffer.flip();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        buffer.clear();
        for (ConsoleListener listener : listeners) {
          deliver(listener, bytes.clone());
        }
      }
    } catch (IOException e) {
      LOG.debug("console socket ended", e);
    }
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
        ByteBuffer buffer = ByteBuffer.wrap(chunk);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        waitingBytes.addAndGet(-chunk.length);
        LockSupport.parkNanos(NANOS_PER_CHUNK);
      }
    } catch (InterruptedException e) {
      LOG.debug("console writer ends");
    } catch (IOException e) {
      LOG.debug("console socket ended", e);
    }
  }
}
