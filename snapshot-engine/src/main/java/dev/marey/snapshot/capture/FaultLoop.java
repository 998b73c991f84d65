package dev.marey.snapshot.capture;

import dev.marey.machine.GuestRam;
import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.PageSpan;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.FaultBatch;
import dev.marey.uffd.FaultPoll;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.NativeMemory;
import dev.marey.uffd.Userfaultfd;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Body of the thread that owns a machine's userfaultfd and answers every page fault of its RAM.
 *
 * <ul>
 *   <li>Write to an armed page: its content is copied if an unfinished capture needs it, it becomes
 *       dirty, then it is released.
 *   <li>Touch of a missing page: it is filled from the page store, armed for a read; for a write it
 *       becomes dirty and is filled writable.
 * </ul>
 *
 * <p>The switch of epochs runs on this thread too ({@link #beginEpoch}), so no fault can fall
 * between marking a page dirty and releasing it on one side and the switch on the other: a page
 * that is writable is always dirty in the current epoch.
 *
 * <p>Threading: the state is the fault loop's own; {@link #call}, counters and {@link #close} any.
 */
public final class FaultLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FaultLoop.class);
  private static final int CAUGHT_SLOTS = 16_384;
  private static final int BATCH = 64;

  private final Userfaultfd uffd;
  private final GuestRam ram;
  private final long ramHostAddress;
  private final PageStore store;
  private final MissingPages missing;
  private final FaultLoopListener listener;
  private final PendingPages pending;
  private final CaughtPages caught;
  private final Queue<FutureTask<?>> orders = new ConcurrentLinkedQueue<>();
  private final FaultPoll poll;
  private final FaultBatch batch;
  private final NativeMemory page;
  private final Thread thread;

  private final BitSet dirty;
  private boolean everythingWritable = true;
  private int nextCapture = 1;
  private Capture[] captures = new Capture[0];
  private final AtomicInteger dirtyCount = new AtomicInteger();
  private final AtomicInteger servedCount = new AtomicInteger();
  private volatile boolean closed;

  /**
   * @param ramHostAddress where the RAM block starts in QEMU's address space
   */
  public FaultLoop(
      Userfaultfd uffd,
      GuestRam ram,
      long ramHostAddress,
      PageStore store,
      MissingPages missing,
      FaultLoopListener listener)
      throws NativeIoException {
    this.uffd = uffd;
    this.ram = ram;
    this.ramHostAddress = ramHostAddress;
    this.store = store;
    this.missing = missing;
    this.listener = listener;
    this.pending = new PendingPages(ram.pageCount());
    this.dirty = new BitSet(ram.pageCount());
    this.caught = new CaughtPages(CAUGHT_SLOTS);
    this.batch = FaultBatch.allocate(BATCH);
    this.page = NativeMemory.allocate(PageNumber.PAGE_BYTES);
    this.poll = FaultPoll.open(uffd);
    this.thread = new Thread(this::run, "marey-faults");
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        poll.await(-1);
        handleFaults();
        runOrders();
      }
    } catch (Exception | Error e) {
      if (e instanceof NativeIoException gone && gone.isProcessGone()) {
        LOG.info("the machine has ended: {}", e.getMessage());
      } else if (!closed) {
        closed = true;
        listener.faultLoopFailed(e);
      }
    } finally {
      closed = true;
      caught.close();
      runOrders();
    }
  }

  private void runOrders() {
    FutureTask<?> order;
    while ((order = orders.poll()) != null) {
      order.run();
    }
  }

  private void handleFaults() throws Exception {
    while (uffd.read(batch) > 0) {
      for (int i = 0; i < batch.count(); i++) {
        int at = (int) ((batch.address(i) - ramHostAddress) / PageNumber.PAGE_BYTES);
        if (batch.writeProtect(i)) {
          release(at);
        } else {
          fill(at, batch.write(i));
        }
      }
    }
  }

  private void release(int at) throws Exception {
    save(at);
    markDirty(at);
    uffd.writeUnprotect(hostAddress(at), PageNumber.PAGE_BYTES);
  }

  private void save(int at) throws InterruptedException {
    int number = pending.capture(at);
    if (number == 0) {
      return;
    }
    int slot = caught.take();
    if (slot < 0) {
      return;
    }
    ram.readInto(at, 1, caught.address(slot));
    Capture capture = find(number);
    if (capture != null && pending.claim(at, number)) {
      capture.countCaught();
      caught.hand(slot, at, capture);
    } else {
      caught.release(slot);
    }
  }

  private void fill(int at, boolean write) throws Exception {
    store.read(missing.refOf(at), page.address());
    if (write) {
      markDirty(at);
    }
    uffd.copy(hostAddress(at), page.address(), PageNumber.PAGE_BYTES, !write);
    if (missing.filled(at)) {
      servedCount.incrementAndGet();
    }
  }

  private void markDirty(int at) {
    if (!dirty.get(at)) {
      dirty.set(at);
      dirtyCount.incrementAndGet();
    }
  }

  private long hostAddress(int at) {
    return ramHostAddress + (long) at * PageNumber.PAGE_BYTES;
  }

  private @Nullable Capture find(int number) {
    for (Capture capture : captures) {
      if (capture.number() == number) {
        return capture;
      }
    }
    return null;
  }

  /**
   * Ends the epoch: everything written in it becomes pending for a new capture and is armed. The
   * machine must stand still. Hand the result to the {@link Saver} at once.
   *
   * @param unstored pages of failed captures, taken along
   * @param parentMap map of the node before
   */
  public Capture beginEpoch(UnstoredPages unstored, CompletableFuture<PageMap> parentMap)
      throws SnapshotException {
    return call(
        () -> {
          handleFaults();
          unstored.drainTo(dirty);
          markWritable();
          int[] pages = listDirty();
          Capture capture = new Capture(nextCapture++, pages, parentMap);
          remember(capture);
          pending.expect(pages, capture.number());
          arm();
          return capture;
        });
  }

  /**
   * Does what {@link #beginEpoch} can leave to be done before the machine is stopped: while nothing
   * is armed yet, looks up which pages of RAM are there, tens of thousands perhaps.
   */
  public void lookAhead() throws SnapshotException {
    boolean unused =
        call(
            () -> {
              markWritable();
              return true;
            });
  }

  /** As long as nothing is armed, every page that is there may have been written. */
  private void markWritable() throws MachineException {
    if (everythingWritable) {
      for (PageSpan span : ram.data()) {
        dirty.set(span.first().index(), span.endIndex());
      }
    }
  }

  private int[] listDirty() {
    int[] pages = new int[dirty.cardinality()];
    int at = dirty.nextSetBit(0);
    for (int i = 0; i < pages.length; i++) {
      pages[i] = at;
      at = dirty.nextSetBit(at + 1);
    }
    return pages;
  }

  private void remember(Capture capture) {
    captures =
        Stream.concat(Arrays.stream(captures).filter(c -> !c.map().isDone()), Stream.of(capture))
            .toArray(Capture[]::new);
  }

  /** Arms what is writable and starts with an empty set of dirty pages. */
  private void arm() throws NativeIoException {
    if (everythingWritable) {
      uffd.writeProtect(ramHostAddress, ram.lengthBytes());
      everythingWritable = false;
    } else {
      int from = dirty.nextSetBit(0);
      while (from >= 0) {
        int to = dirty.nextClearBit(from);
        uffd.writeProtect(hostAddress(from), (long) (to - from) * PageNumber.PAGE_BYTES);
        from = dirty.nextSetBit(to);
      }
    }
    dirty.clear();
    dirtyCount.set(0);
  }

  /**
   * Declares RAM as it now is to be the content of a node: arms what is writable, nothing is dirty.
   * The machine must stand still.
   */
  public void declareClean() throws SnapshotException {
    call(
        () -> {
          handleFaults();
          arm();
          return true;
        });
  }

  /** A copy of the pages written in this epoch; before the first arming, all that are there. */
  public BitSet dirtyPages() throws SnapshotException {
    return call(
        () -> {
          handleFaults();
          markWritable();
          return (BitSet) dirty.clone();
        });
  }

  /**
   * Runs {@code order} on the fault loop between two faults and waits for it.
   *
   * @throws SnapshotException if it fails or the loop has ended
   */
  public <T> T call(Callable<T> order) throws SnapshotException {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              if (closed) {
                throw new SnapshotException(
                    "The guest's memory is not watched any more, because its QEMU has ended or was"
                        + " stopped. Go back to a complete node to run on.");
              }
              return order.call();
            });
    orders.add(task);
    try {
      if (closed) {
        // The loop may have looked at the queue for the last time.
        task.run();
      } else {
        poll.wakeUp();
      }
      return task.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof SnapshotException known) {
        throw known;
      }
      throw new SnapshotException(
          "Changing the write protection of guest RAM failed: " + cause.getMessage(), cause);
    } catch (NativeIoException e) {
      throw new SnapshotException("The fault loop can't be reached: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SnapshotException("Interrupted while waiting for the fault loop.", e);
    }
  }

  /** What waits to be run between two faults. */
  Queue<FutureTask<?>> orders() {
    return orders;
  }

  /** Makes the loop look at its orders. */
  void wakeUp() throws NativeIoException {
    poll.wakeUp();
  }

  PendingPages pending() {
    return pending;
  }

  CaughtPages caught() {
    return caught;
  }

  /** Pages written in this epoch so far. */
  public int dirtyCount() {
    return dirtyCount.get();
  }

  /** Absent pages filled because the guest touched them, since the machine was made. */
  public int servedCount() {
    return servedCount.get();
  }

  /** Ends the loop and waits for it. The machine must be gone, or its threads stay blocked. */
  @Override
  public void close() {
    closed = true;
    try {
      poll.wakeUp();
    } catch (NativeIoException e) {
      throw new IllegalStateException("the fault loop's own eventfd fails", e);
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Frees native memory, after this loop and the saver have ended. */
  public void free() {
    caught.free();
    batch.close();
    page.close();
    poll.close();
  }
}
