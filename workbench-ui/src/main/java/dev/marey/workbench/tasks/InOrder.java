package dev.marey.workbench.tasks;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Runs things one after the other, in the order in which they came, on threads of another executor.
 *
 * <p>Threading: any (lock: this).
 */
public final class InOrder implements Executor {

  private final Executor threads;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean working;

  public InOrder(Executor threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable action) {
    synchronized (this) {
      waiting.add(action);
      if (working) {
        return;
      }
      working = true;
    }
    threads.execute(this::work);
  }

  private void work() {
    for (Optional<Runnable> next = next(); next.isPresent(); next = next()) {
      next.get().run();
    }
  }

  private synchronized Optional<Runnable> next() {
    Optional<Runnable> next = Optional.ofNullable(waiting.poll());
    working = next.isPresent();
    return next;
  }
}
