package dev.marey.snapshot;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what happened, one thing after another in the order in which it happened, from
 * whichever threads it came.
 *
 * <p>Threading: any (lock: this, a leaf). {@link #add} is called with the lock of what changed, so
 * that the order is that of the changes; {@link #deliver} with none.
 */
final class SessionNews {

  private static final Logger LOG = LoggerFactory.getLogger(SessionNews.class);

  private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final Queue<Consumer<SessionListener>> waiting = new ArrayDeque<>();
  private boolean delivering;

  void addListener(SessionListener listener) {
    listeners.add(listener);
  }

  void removeListener(SessionListener listener) {
    listeners.remove(listener);
  }

  synchronized void add(Consumer<SessionListener> news) {
    waiting.add(news);
  }

  /** Something that a person should know and that hurt no node. */
  void addProblem(String text) {
    problems.add(text);
    add(listener -> listener.problem(text));
  }

  /** What was lost or damaged when the session was opened; listeners are not told. */
  void keepProblems(List<String> found) {
    problems.addAll(found);
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** One that fails keeps nobody from hearing, and hurts nothing of what it is told. */
  private static void tell(SessionListener listener, Consumer<SessionListener> news) {
    try {
      news.accept(listener);
    } catch (RuntimeException | Error e) {
      LOG.error("a listener of the session failed", e);
    }
  }

  /** Tells what waits, unless another call does: that one then tells it. */
  void deliver() {
    synchronized (this) {
      if (delivering) {
        return;
      }
      delivering = true;
    }
    boolean done = false;
    while (!done) {
      Consumer<SessionListener> next;
      synchronized (this) {
        next = waiting.poll();
        done = next == null;
        delivering = !done;
      }
      if (next != null) {
        listeners.forEach(listener -> tell(listener, next));
      }
    }
  }
}
