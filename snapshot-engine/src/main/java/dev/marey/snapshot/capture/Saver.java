package dev.marey.snapshot.capture;

import dev.marey.machine.GuestRam;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.NativeMemory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Body of the thread that brings pages of unfinished captures into the page store: first what the
 * fault loop has caught, because its slots are few, then the rest in ascending order.
 *
 * <p>Threading: {@link #run} is the saver thread; {@link #submit} and {@link #close} any.
 */
public final class Saver implements Runnable, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Saver.class);
  private static final int RUN_PAGES = 64;
  private static final long REST_NANOS = 500_000;
  private static final long REST_AT_MOST_NANOS = 250_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final FaultLoop faultLoop;
  private final GuestRam ram;
  private final PageStore store;
  private final PendingPages pending;
  private final CaughtPages caught;
  private final UnstoredPages unstored;
  private final Pace pace;
  private final NativeMemory buffer;
  private final Deque<Work> queue = new ArrayDeque<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile long restUntilNanos = System.nanoTime();

  private static final class Work {
    final Capture capture;
    int next;

    Work(Capture capture) {
      this.capture = capture;
    }
  }

  private Saver(
      FaultLoop faultLoop, GuestRam ram, PageStore store, UnstoredPages unstored, Pace pace)
      throws NativeIoException {
    this.buffer = NativeMemory.allocate(RUN_PAGES * PageNumber.PAGE_BYTES);
    this.faultLoop = faultLoop;
    this.ram = ram;
    this.store = store;
    this.pending = faultLoop.pending();
    this.caught = faultLoop.caught();
    this.unstored = unstored;
    this.pace = pace;
    this.thread = new Thread(this, "marey-saver");
    thread.setDaemon(true);
  }

  /**
   * Starts the saver of a fault loop that has not been started. If that fails, the loop's memory is
   * freed.
   *
   * @param unstored where pages of failed captures are noted, for the next capture to take along
   * @param pace of pages that the guest has not tried to write
   */
  public static Saver start(
      FaultLoop faultLoop, GuestRam ram, PageStore store, UnstoredPages unstored, Pace pace)
      throws NativeIoException {
    boolean started = false;
    try {
      Saver saver = new Saver(faultLoop, ram, store, unstored, pace);
      saver.thread.start();
      started = true;
      return saver;
    } finally {
      if (!started) {
        faultLoop.free();
      }
    }
  }

  /**
   * Leaves the processor to a revert and saves only what the guest is about to write, until {@link
   * #goOn} or for a quarter of a second: somebody may be waiting for a capture.
   */
  public void rest() {
    restUntilNanos = System.nanoTime() + REST_AT_MOST_NANOS;
  }

  /** The rest is over. */
  public void goOn() {
    restUntilNanos = System.nanoTime();
  }

  /** Takes over a capture whose pages are armed. Its {@link Capture#map()} completes when done. */
  public void submit(Capture capture) {
    synchronized (queue) {
      if (closed) {
        capture.map().completeExceptionally(new SnapshotException("the machine has ended"));
        return;
      }
      queue.add(new Work(capture));
      queue.notifyAll();
    }
  }

  @Override
  public void run() {
    try {
      while (true) {
        if (storeCaught()) {
          continue;
        }
        Optional<Work> work = await();
        if (work.isEmpty()) {
          break;
        }
        if (System.nanoTime() - restUntilNanos < 0 && !closed) {
          LockSupport.parkNanos(REST_NANOS);
          continue;
        }
        step(work.get());
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      LOG.error("the saver has ended by a failure", e);
      // Nobody empties the slots of caught pages any more.
      faultLoop.breakOff(e);
    } finally {
      failAll(new SnapshotException("the machine has ended"));
      buffer.close();
    }
  }

  /** Waits until there is a capture; empty means closed and nothing left. */
  private Optional<Work> await() throws InterruptedException {
    synchronized (queue) {
      while (queue.isEmpty() && !closed) {
        queue.wait();
      }
      return Optional.ofNullable(queue.peek());
    }
  }

  /** Stores one caught page if there is one. */
  private boolean storeCaught() {
    int slot = caught.takeFilled();
    if (slot < 0) {
      return false;
    }
    Capture capture = caught.capture(slot);
    try {
      put(capture, caught.page(slot), caught.address(slot));
    } catch (SnapshotException | RuntimeException | Error e) {
      fail(capture, e);
    } finally {
      caught.release(slot);
    }
    return true;
  }

  private void put(Capture capture, int page, long address) throws SnapshotException {
    if (!capture.map().isDone()) {
      long before = store.storedBytes();
      capture.noteStored(page, store.put(address), store.storedBytes() - before);
    }
  }

  /** Saves the next run of pages that nobody has saved yet; finishes the capture after the last. */
  private void step(Work work) throws InterruptedException {
    Capture capture = work.capture;
    try {
      capture.checkParent();
      int[] pages = capture.pages();
      while (work.next < pages.length && pending.capture(pages[work.next]) != capture.number()) {
        work.next++;
      }
      if (work.next < pages.length) {
        if (pace.awaitTurn(this::hasOtherWork) || closed) {
          saveRun(work);
        }
      } else if (capture.isStored()) {
        finish(capture);
      } else if (!storeEvacuated(capture)) {
        caught.awaitFilled();
      }
    } catch (SnapshotException | RuntimeException | Error e) {
      fail(capture, e);
    }
  }

  /** Stores some of what was copied when RAM became that of another instant, if there is any. */
  private boolean storeEvacuated(Capture capture) throws SnapshotException {
    EvacuatedPages.Chunk taken;
    try {
      taken = capture.evacuated().poll();
    } catch (NativeIoException e) {
      throw new SnapshotException("Memory for guest pages could not be had: " + e.getMessage(), e);
    }
    if (taken == null) {
      return false;
    }
    try (EvacuatedPages.Chunk chunk = taken) {
      for (int i = 0; i < chunk.count(); i++) {
        while (storeCaught()) {
          // its slots are few
        }
        if (chunk.page(i) >= 0) {
          put(capture, chunk.page(i), chunk.address(i));
        }
      }
    }
    return true;
  }

  private boolean hasOtherWork() {
    return closed || caught.hasFilled();
  }

  private void saveRun(Work work) throws SnapshotException {
    Capture capture = work.capture;
    int[] pages = capture.pages();
    int first = pages[work.next];
    int count = 1;
    while (count < RUN_PAGES
        && work.next + count < pages.length
        && pages[work.next + count] == first + count) {
      count++;
    }
    ram.readInto(first, count, buffer.address());
    for (int i = 0; i < count; i++) {
      if (pending.claim(first + i, capture.number())) {
        put(capture, first + i, buffer.address() + (long) i * PageNumber.PAGE_BYTES);
      }
    }
    work.next += count;
  }

  private void finish(Capture capture) throws SnapshotException {
    PageMap map = capture.buildMap();
    remove(capture);
    // Chunks of which the guest's writes were quicker.
    capture.evacuated().close();
    capture.map().complete(map);
  }

  /** Whatever happened to one capture, the saver goes on with the next. */
  private void fail(Capture capture, Throwable cause) {
    if (capture.map().isDone()) {
      return;
    }
    LOG.info("a node could not be saved: {}", cause.toString());
    unstored.add(capture);
    for (int page : capture.pages()) {
      pending.claim(page, capture.number());
    }
    remove(capture);
    capture.evacuated().close();
    capture.map().completeExceptionally(cause);
  }

  private void failAll(Throwable cause) {
    while (true) {
      Work work;
      synchronized (queue) {
        closed = true;
        work = queue.poll();
      }
      if (work == null) {
        return;
      }
      work.capture.evacuated().close();
      work.capture.map().completeExceptionally(cause);
    }
  }

  private void remove(Capture capture) {
    synchronized (queue) {
      queue.removeIf(w -> w.capture == capture);
    }
  }

  /** Completes when every capture submitted so far has ended, well or not. */
  public CompletableFuture<Void> idle() {
    synchronized (queue) {
      return CompletableFuture.allOf(
          queue.stream()
              .map(w -> w.capture.map().handle((map, failure) -> 0))
              .toArray(CompletableFuture<?>[]::new));
    }
  }

  /** The oldest capture that is not finished. */
  public Optional<Capture> current() {
    synchronized (queue) {
      return Optional.ofNullable(queue.peek()).map(w -> w.capture);
    }
  }

  /**
   * Saves what was submitted, then ends the thread. A disk that hangs is not waited for for ever.
   */
  @Override
  public void close() {
    synchronized (queue) {
      closed = true;
      queue.notifyAll();
    }
    if (!Patience.join(thread, PATIENCE)) {
      LOG.error("nodes were still being saved after {} minutes", PATIENCE.toMinutes());
    }
  }

  /** Whether it uses the fault loop's memory no more. */
  boolean ended() {
    return !thread.isAlive();
  }
}
