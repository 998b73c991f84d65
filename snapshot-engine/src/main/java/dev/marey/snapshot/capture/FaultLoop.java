package dev.marey.snapshot.capture;

import dev.marey.machine.GuestRam;
import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.FaultBatch;
import dev.marey.uffd.FaultPoll;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.NativeMemory;
import dev.marey.uffd.Userfaultfd;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Userfaultfd uffd;
  private final GuestRam ram;
  private final long ramHostAddress;
  private final PageStore store;
  private final MissingPages missing;
  private final FaultLoopListener listener;
  private final PendingPages pending;
  private final DirtyPages dirty;
  private final Orders orders = new Orders();
  private final OwnedParts memory = new OwnedParts();
  private final CaughtPages caught;
  private final FaultPoll poll;
  private final FaultBatch batch;
  private final NativeMemory page;
  private final Thread thread;
  private final AtomicInteger servedCount = new AtomicInteger();
  private volatile boolean closed;
  private volatile @Nullable Throwable broken;

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
    this(uffd, ram, ramHostAddress, store, missing, listener, CAUGHT_SLOTS);
  }

  FaultLoop(
      Userfaultfd uffd,
      GuestRam ram,
      long ramHostAddress,
      PageStore store,
      MissingPages missing,
      FaultLoopListener listener,
      int caughtSlots)
      throws NativeIoException {
    this.uffd = uffd;
    this.ram = ram;
    this.ramHostAddress = ramHostAddress;
    this.store = store;
    this.missing = missing;
    this.listener = listener;
    this.pending = new PendingPages(ram.pageCount());
    this.dirty = new DirtyPages(ram.pageCount());
    boolean done = false;
    try {
      this.caught = memory.own(new CaughtPages(caughtSlots));
      this.batch = memory.own(FaultBatch.allocate(BATCH));
      this.page = memory.own(NativeMemory.allocate(PageNumber.PAGE_BYTES));
      this.poll = memory.own(FaultPoll.open(uffd));
      done = true;
    } finally {
      if (!done) {
        memory.close();
      }
    }
    this.thread = new Thread(this::run, "marey-faults");
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!closed && broken == null) {
        poll.await(-1);
        handleFaults();
        while (!orders.isEmpty()) {
          // What was touched before the order was given comes first.
          handleFaults();
          orders.runOne();
        }
      }
      report(broken);
    } catch (Exception | Error e) {
      report(broken == null ? e : broken);
    } finally {
      closed = true;
      caught.giveUpWaiting();
      orders.close();
    }
  }

  private void report(@Nullable Throwable failure) {
    if (failure instanceof NativeIoException gone && gone.isProcessGone()) {
      LOG.info("the machine has ended: {}", gone.getMessage());
    } else if (failure != null && !closed) {
      closed = true;
      listener.faultLoopFailed(failure);
    }
  }

  /** The loop ends with this failure: what it needs to go on does not work any more. */
  void breakOff(Throwable cause) {
    broken = cause;
    caught.giveUpWaiting();
    ring();
  }

  private void ring() {
    try {
      poll.wakeUp();
    } catch (NativeIoException e) {
      throw new IllegalStateException("the fault loop's own eventfd fails", e);
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
    dirty.add(at);
    uffd.writeUnprotect(hostAddress(at), PageNumber.PAGE_BYTES);
  }

  /** Returns only if nobody needs the page's content any more. */
  private void save(int at) throws InterruptedException {
    int number = pending.capture(at);
    if (number == 0) {
      return;
    }
    int slot = caught.take();
    if (slot < 0) {
      throw new IllegalStateException("page " + at + " can't be saved before it is written");
    }
    ram.readInto(at, 1, caught.address(slot));
    Capture capture = pending.find(number);
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
      dirty.add(at);
    }
    uffd.copy(hostAddress(at), page.address(), PageNumber.PAGE_BYTES, !write);
    if (missing.noteFilled(at)) {
      servedCount.incrementAndGet();
    }
  }

  private long hostAddress(int at) {
    return ramHostAddress + (long) at * PageNumber.PAGE_BYTES;
  }

  /**
   * Ends the epoch: everything written in it becomes pending for a new capture, is armed, and is
   * being saved when this returns. Whoever gets the capture sees to it that it becomes a node or
   * its pages unstored ones. If this fails there is no capture, and the pages stay dirty. The
   * machine must stand still.
   *
   * @param unstored pages of failed captures, taken along
   * @param parentMap map of the node before
   */
  public Capture beginEpoch(
      Saver saver, UnstoredPages unstored, CompletableFuture<PageMap> parentMap)
      throws SnapshotException {
    return call(
        () -> {
          dirty.takeAlong(unstored);
          assumeWritten();
          Capture capture = pending.begin(dirty.list(), parentMap);
          boolean armed = false;
          try {
            dirty.arm(this::arm);
            armed = true;
          } finally {
            if (!armed) {
              pending.giveUp(capture);
            }
          }
          saver.submit(capture);
          return capture;
        });
  }

  private void arm(int firstPage, int pageCount) throws NativeIoException {
    uffd.writeProtect(hostAddress(firstPage), (long) pageCount * PageNumber.PAGE_BYTES);
  }

  /**
   * Does what {@link #beginEpoch} can leave to be done before the machine is stopped: while nothing
   * is armed yet, looks up which pages of RAM are there, tens of thousands perhaps.
   */
  public void lookAhead() throws SnapshotException {
    boolean unused =
        call(
            () -> {
              assumeWritten();
              return true;
            });
  }

  /** As long as nothing is armed, every page that is there may have been written. */
  private void assumeWritten() throws MachineException {
    if (dirty.everythingWritable()) {
      dirty.addAll(ram.data());
    }
  }

  /**
   * Declares RAM as it now is to be the content of a node: arms what is writable, nothing is dirty.
   * The machine must stand still.
   */
  public void declareClean() throws SnapshotException {
    boolean unused =
        call(
            () -> {
              dirty.arm(this::arm);
              return true;
            });
  }

  /** A copy of the pages written in this epoch; before the first arming, all that are there. */
  public BitSet dirtyPages() throws SnapshotException {
    return call(
        () -> {
          assumeWritten();
          return dirty.copy();
        });
  }

  /**
   * Runs {@code order} on the fault loop, after all faults that came before, and waits for it. An
   * interruption ends the wait only as long as the order is not begun.
   *
   * @throws SnapshotException if it fails or the loop has ended
   */
  public <T> T call(Callable<T> order) throws SnapshotException {
    return orders.call(order, poll::wakeUp);
  }

  PendingPages pending() {
    return pending;
  }

  CaughtPages caught() {
    return caught;
  }

  /** Pages written in this epoch so far. */
  public int dirtyCount() {
    return dirty.count();
  }

  /** Absent pages filled because the guest touched them, since the machine was made. */
  public int servedCount() {
    return servedCount.get();
  }

  /** Ends the loop and waits for it. The machine must be gone, or its threads stay blocked. */
  @Override
  public void close() {
    closed = true;
    caught.giveUpWaiting();
    ring();
    if (!Patience.join(thread, PATIENCE)) {
      LOG.error("the fault loop has not ended within {} s", PATIENCE.toSeconds());
    }
  }

  /** Frees native memory, which the saver uses too, if both have ended; leaves it otherwise. */
  public void free(Saver saver) {
    if (thread.isAlive() || !saver.ended()) {
      LOG.error("memory of a fault loop that has not ended is not freed");
    } else {
      free();
    }
  }

  void free() {
    memory.close();
  }
}
