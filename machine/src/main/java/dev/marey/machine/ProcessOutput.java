package dev.marey.machine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads what a process prints, to the end, and keeps the last 4 KiB.
 *
 * <p>Threading: any (lock: this).
 */
final class ProcessOutput {

  private static final int KEPT_BYTES = 4096;

  private final byte[] ring = new byte[KEPT_BYTES];
  private final Thread reader;
  private long total;

  ProcessOutput(InputStream output, String name) {
    reader = new Thread(() -> readAll(output), name + " output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Waits a moment for the end of the output: a child of the process may hold it open for long. */
  void awaitEnd(long millis) throws InterruptedException {
    reader.join(millis);
  }

  synchronized String lastWords() {
    int kept = (int) Math.min(total, KEPT_BYTES);
    byte[] bytes = new byte[kept];
    for (int at = 0; at < kept; at++) {
      bytes[at] = ring[(int) ((total - kept + at) % KEPT_BYTES)];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void readAll(InputStream output) {
    byte[] buffer = new byte[KEPT_BYTES];
    try (output) {
      for (int got = output.read(buffer); got >= 0; got = output.read(buffer)) {
        keep(buffer, got);
      }
    } catch (IOException e) {
      // the process is gone, and its output with it
      keep(new byte[0], 0);
    }
  }

  private synchronized void keep(byte[] bytes, int count) {
    for (int at = 0; at < count; at++) {
      ring[(int) (total++ % KEPT_BYTES)] = bytes[at];
    }
  }
}
