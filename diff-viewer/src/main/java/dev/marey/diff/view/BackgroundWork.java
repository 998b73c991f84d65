package dev.marey.diff.view;

import dev.marey.diff.Progress;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import javafx.application.Platform;

/**
 * Runs what may take long off the FX thread and brings the result back to it; the only place of
 * this package that changes threads.
 *
 * <p>Threading: any; immutable.
 */
public final class BackgroundWork {

  /** Progress is told at most this often. */
  private static final long REPORT_NANOS = 50_000_000;

  private final Executor background;
  private final Executor fx;

  private BackgroundWork(Executor background, Executor fx) {
    this.background = background;
    this.fx = fx;
  }

  /** The usual one. */
  public static BackgroundWork on(Executor background) {
    return new BackgroundWork(background, Platform::runLater);
  }

  /** Does everything at once on the caller's thread; for tests. */
  public static BackgroundWork sameThread() {
    return new BackgroundWork(Runnable::run, Runnable::run);
  }

  /** Something that takes long. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Progress progress) throws Exception;
  }

  /** Work that was started. */
  public interface Running {
    /** Stops it soon; neither result nor failure is delivered after this. */
    void cancel();
  }

  /** Runs {@code work}; {@code done} or {@code failed} is called on the FX thread. */
  public <T> Running run(Work<T> work, Consumer<? super T> done, Consumer<String> failed) {
    return run(work, done, failed, fraction -> {});
  }

  /**
   * Runs {@code work}.
   *
   * @param failed gets the failure in words
   * @param progress gets 0…1 now and then, on the FX thread
   */
  public <T> Running run(
      Work<T> work, Consumer<? super T> done, Consumer<String> failed, DoubleConsumer progress) {
    AtomicBoolean cancelled = new AtomicBoolean();
    Progress reports = new Reports(cancelled, progress);
    background.execute(
        () -> {
          if (cancelled.get()) {
            return;
          }
          try {
            T result = work.run(reports);
            deliver(cancelled, () -> done.accept(result));
          } catch (Exception e) {
            deliver(cancelled, () -> failed.accept(words(e)));
          }
        });
    return () -> cancelled.set(true);
  }

  private void deliver(AtomicBoolean cancelled, Runnable delivery) {
    fx.execute(
        () -> {
          if (!cancelled.get()) {
            delivery.run();
          }
        });
  }

  private static String words(Exception e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }

  /** Passes progress on, thinned. */
  private final class Reports implements Progress {
    private final AtomicBoolean cancelled;
    private final DoubleConsumer progress;
    private final AtomicLong last = new AtomicLong(System.nanoTime());

    Reports(AtomicBoolean cancelled, DoubleConsumer progress) {
      this.cancelled = cancelled;
      this.progress = progress;
    }

    @Override
    public void at(int done, int total) {
      long now = System.nanoTime();
      long before = last.get();
      if (now - before > REPORT_NANOS && last.compareAndSet(before, now)) {
        deliver(cancelled, () -> progress.accept((double) done / total));
      }
    }

    @Override
    public boolean cancelled() {
      return cancelled.get();
    }
  }
}
