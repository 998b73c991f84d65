package dev.marey.snapshot.capture;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an owner has opened. Closed the last first, each once; one that fails to close keeps none of
 * the others open.
 *
 * <p>Threading: one thread at a time.
 */
public final class OwnedParts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OwnedParts.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Takes {@code part} over. */
  public <T extends AutoCloseable> T own(T part) {
    opened.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.warn("closing failed: {}", e.getMessage(), e);
      }
    }
  }
}
