package dev.marey.snapshot;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is told what happens to a live guest. A listener that fails hurts nobody else.
 *
 * <p>Threading: any.
 */
final class LiveNews {

  private static final Logger LOG = LoggerFactory.getLogger(LiveNews.class);

  private final List<LiveListener> listeners = new CopyOnWriteArrayList<>();

  void add(LiveListener listener) {
    listeners.add(listener);
  }

  void remove(LiveListener listener) {
    listeners.remove(listener);
  }

  void tell(Consumer<LiveListener> news) {
    for (LiveListener listener : listeners) {
      try {
        news.accept(listener);
      } catch (RuntimeException e) {
        LOG.error("a listener of the live guest failed", e);
      }
    }
  }

  void problem(String what) {
    LOG.info("{}", what);
    tell(listener -> listener.problem(what));
  }
}
