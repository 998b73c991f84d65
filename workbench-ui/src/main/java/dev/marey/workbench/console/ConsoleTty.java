package dev.marey.workbench.console;

import com.techsenger.jeditermfx.core.TtyConnector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Feeds a terminal with a guest's output and sends what the terminal writes to the guest. A replay
 * clears the terminal and shows a transcript instead; questions that an old transcript asks of the
 * terminal (cursor position and the like) are not answered, as nobody waits for the answer.
 *
 * <p>Threading: any; {@link #read} one reader.
 */
final class ConsoleTty implements TtyConnector {

  /** Full reset and forgetting of what scrolled away. */
  static final String CLEAR = "\u001bc\u001b[3J";

  private record Chunk(ByteBuffer bytes, boolean replayed, boolean end) {
    static Chunk of(byte[] bytes, boolean replayed) {
      return new Chunk(ByteBuffer.wrap(bytes.clone()), replayed, false);
    }
  }

  private static final Chunk END = new Chunk(ByteBuffer.allocate(0), false, true);

  private final BlockingQueue<Chunk> queue = new LinkedBlockingQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Consumer<byte[]> keys;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer undecoded = ByteBuffer.allocate(0);
  private volatile boolean replaying;

  /**
   * A connection.
   *
   * @param keys gets what is typed, on the terminal's thread
   */
  ConsoleTty(Consumer<byte[]> keys) {
    this.keys = keys;
  }

  /** Output of the guest. */
  void output(byte[] bytes) {
    queue.add(Chunk.of(bytes, false));
  }

  /** Clears the terminal and shows this instead. */
  void replay(byte[] transcript) {
    queue.removeIf(chunk -> !chunk.end());
    queue.add(Chunk.of(CLEAR.getBytes(StandardCharsets.US_ASCII), true));
    queue.add(Chunk.of(transcript, true));
  }

  /** Whether what the terminal shows just now comes from a transcript. */
  boolean replaying() {
    return replaying;
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    CharBuffer out = CharBuffer.wrap(buffer, offset, length);
    try {
      decoder.decode(undecoded, out, false);
      while (out.position() == offset) {
        if (!next()) {
          return -1;
        }
        decoder.decode(undecoded, out, false);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the guest's console", e);
    }
    return out.position() - offset;
  }

  /** Waits for a chunk and puts it behind the beginning of an unfinished character. */
  private boolean next() throws InterruptedException {
    Chunk chunk = queue.take();
    if (chunk.end()) {
      queue.add(chunk);
      return false;
    }
    if (chunk.replayed() != replaying) {
      undecoded = ByteBuffer.allocate(0);
    }
    ByteBuffer joined = ByteBuffer.allocate(undecoded.remaining() + chunk.bytes().remaining());
    joined.put(undecoded).put(chunk.bytes()).flip();
    undecoded = joined;
    replaying = chunk.replayed();
    return true;
  }

  @Override
  public void write(byte[] bytes) {
    keys.accept(bytes);
  }

  @Override
  public void write(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean isConnected() {
    return closed.getCount() > 0;
  }

  @Override
  public int waitFor() throws InterruptedException {
    closed.await();
    return 0;
  }

  @Override
  public boolean ready() {
    return undecoded.hasRemaining() || !queue.isEmpty();
  }

  @Override
  public String getName() {
    return "serial console";
  }

  @Override
  public void close() {
    closed.countDown();
    queue.add(END);
  }
}
