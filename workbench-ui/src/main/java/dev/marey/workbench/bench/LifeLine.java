package dev.marey.workbench.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that does not outlive this process, whatever ends it: {@code guard} starts it and kills
 * it when its own standard input ends.
 *
 * <p>Threading: any.
 */
final class LifeLine implements AutoCloseable {

  private static final int WORDS = 4000;
  private static final long PATIENCE_SECONDS = 20;

  private final Process guard;
  private final StringBuilder words = new StringBuilder();

  private LifeLine(Process guard) {
    this.guard = guard;
    Thread reader = new Thread(this::read, "stock guest words");
    reader.setDaemon(true);
    reader.start();
  }

  static LifeLine start(List<String> line) throws IOException {
    List<String> guarded = new ArrayList<>();
    guarded.add(CarriedProgram.guard().toString());
    guarded.addAll(line);
    return new LifeLine(new ProcessBuilder(guarded).redirectErrorStream(true).start());
  }

  private void read() {
    byte[] bytes = new byte[1024];
    try {
      int count;
      while ((count = guard.getInputStream().read(bytes)) >= 0) {
        synchronized (words) {
          if (words.length() < WORDS) {
            words.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
          }
        }
      }
    } catch (IOException e) {
      Thread.currentThread().interrupt(); // it was ended
    }
  }

  boolean isAlive() {
    return guard.isAlive();
  }

  /** What the program has said. */
  String words() {
    synchronized (words) {
      return words.isEmpty() ? "it has ended without a word" : words.toString().strip();
    }
  }

  /** Ends the program and returns when it is gone. */
  @Override
  public void close() throws IOException {
    guard.getOutputStream().close();
    try {
      if (!guard.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the guard of a plain QEMU, process " + guard.pid() + ", stays");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
