package dev.marey.snapshot.capture;

import dev.marey.machine.GuestRam;
import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import dev.marey.uffd.FaultPoll;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.Userfaultfd;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every page fault of a machine's RAM ({@link FaultAnswers}), on a thread of its own.
 *
 * <p>The switch of epochs ({@link #beginEpoch}) has a turn of its own, so no fault can fall between
 * marking a page dirty and releasing it on one side and the switch on the other: a page that is
 * writable is always dirty in the current epoch.
 *
 * <p>Threading: any; the state belongs to whose turn it is ({@link Turns}).
 */
public final class FaultLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FaultLoop.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Pages armed at once ahead of a snapshot; faults are answered in between. */
  private static final int AHEAD = 4096;

  private final Userfaultfd uffd;
  private final GuestRam ram;
  private final FaultLoopListener listener;
  private final PendingPages pending;
  private final DirtyPages dirty;
  private final WatchedRam watched;
  private final Turns turns = new Turns();
  private final OwnedParts parts = new OwnedParts();
  private final Brake brake;
  private final CaughtPages caught;
  private final FaultAnswers answers;
  private final FaultPoll poll;
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable Throwable broken;

  /**
   * How much a fault loop may use, and do at once.
   *
   * @param caughtSlots copies of pages that wait for the saver, at most
   * @param window pages that one write releases, at most; 1 for none but its own
   */
  public record Limits(int caughtSlots, int window) {

    public static final Limits STANDARD = new Limits(16_384, WriteWindow.MOST);
  }

  /**
   * @param ramHostAddress where the RAM block starts in QEMU's address space
   * @param missing where pages that are holes have their content
   * @param holder stops the guest while its pages come faster than they are saved
   */
  public FaultLoop(
      Userfaultfd uffd,
      GuestRam ram,
      long ramHostAddress,
      PageStore store,
      MissingPages missing,
      Brake.Holder holder,
      FaultLoopListener listener,
      Limits limits)
      throws NativeIoException {
    this.uffd = uffd;
    this.ram = ram;
    this.listener = listener;
    this.pending = new PendingPages(ram.pageCount());
    this.dirty = new DirtyPages(ram.pageCount());
    this.watched = new WatchedRam(uffd);
    boolean done = false;
    try {
      this.caught = parts.own(new CaughtPages(limits.caughtSlots(), this::press));
      this.answers =
          parts.own(
              new FaultAnswers(
                  uffd,
                  ram,
                  ramHostAddress,
                  store,
                  missing,
                  new FaultAnswers.Epoch(pending, dirty, caught),
                  watched,
                  limits.window()));
      this.poll = parts.own(FaultPoll.open(uffd));
      this.brake = parts.own(new Brake(holder, caught::isRelieved));
      done = true;
    } finally {
      if (!done) {
        parts.close();
      }
    }
    this.thread = new Thread(this::run, "marey-faults");
    thread.setDaemon(true);
  }

  private void press() {
    brake.press();
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!closed && broken == null) {
        poll.await(-1);
        turns.run(answers::giveAll);
      }
      report(broken);
    } catch (Exception | Error e) {
      report(broken == null ? e : broken);
    } finally {
      closed = true;
      caught.giveUpWaiting();
      turns.close();
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
          capture.generation(unstored.generation());
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
    uffd.writeProtect(answers.hostAddress(firstPage), (long) pageCount * PageNumber.PAGE_BYTES);
  }

  /**
   * Does what {@link #beginEpoch} can leave to be done while the guest runs: arms what is writable,
   * in slices between which faults are answered. What is written after that is armed in the pause.
   * Not for a machine in which the kernel writes to pages it has pinned: those writes are not seen.
   */
  public void armAhead() throws SnapshotException {
    int from = 0;
    while (from < ram.pageCount()) {
      int at = from;
      from =
          call(
              () -> {
                boolean first = dirty.everythingWritable();
                int next = dirty.armAhead(at, AHEAD, this::arm);
                if (first && !dirty.everythingWritable()) {
                  dirty.addAll(ram.data());
                }
                return next;
              });
    }
  }

  /** Watches writes to memory of QEMU's own, which must be populated; gives the range's number. */
  public int watch(long hostAddress, long lengthBytes) throws SnapshotException {
    return call(() -> watched.watch(hostAddress, lengthBytes));
  }

  /** Pages written in a watched range so far, by their number in it. */
  public BitSet watchedWritten(int range) throws SnapshotException {
    return call(() -> watched.written(range));
  }

  /** The same; they count as not written any more. */
  public BitSet takeWatchedWritten(int range) throws SnapshotException {
    return call(() -> watched.takeWritten(range));
  }

  /**
   * A device state is loaded while {@code load} runs, by a machine that stands still and whose
   * watched memory has just been taken note of: what the last load wrote there is written without a
   * fault.
   */
  public void whileLoading(Load load) throws SnapshotException {
    boolean unused =
        call(
            () -> {
              watched.loadBegins();
              return true;
            });
    load.run();
    unused =
        call(
            () -> {
              watched.loadEnded();
              return true;
            });
  }

  /** Has QEMU load a device state. */
  @FunctionalInterface
  public interface Load {
    void run() throws SnapshotException;
  }

  /**
   * Pages written in this epoch and those of unfinished captures: that many are unsaved at most.
   */
  public int unsavedCount() throws SnapshotException {
    return call(
        () -> {
          assumeWritten();
          return dirty.copy().cardinality()
              + pending.unfinished().stream().mapToInt(Capture::pageCount).sum();
        });
  }

  /**
   * Takes what unfinished captures still need out of RAM, so that RAM may become that of another
   * instant. The machine must stand still, and if it is to run on where it stood after all, {@link
   * #copyEvacuated} comes first.
   *
   * @param dropsAbove RAM drops all these pages if they are more than that, and writes none in
   *     place
   */
  public Evacuated evacuate(int dropsAbove) throws SnapshotException {
    return call(
        () -> {
          BitSet pages = new BitSet();
          int left = 0;
          for (Capture capture : pending.unfinished()) {
            Arrays.stream(capture.pages()).forEach(pages::set);
            left += EvacuatedPages.left(capture, pending).length;
          }
          if (left > dropsAbove) {
            answers.hold(true);
          }
          for (Capture capture : pending.unfinished()) {
            capture.evacuated().take(capture, pending, ram, left > dropsAbove);
          }
          return new Evacuated(pages, left > dropsAbove);
        });
  }

  /**
   * What was evacuated.
   *
   * @param pages all pages of unfinished captures: those in which RAM may differ from the last node
   *     whose page map is there, with {@link #dirtyPages}
   * @param held whether RAM must drop those pages and write none in place
   */
  public record Evacuated(BitSet pages, boolean held) {

    /** Nothing. */
    public static Evacuated none() {
      return new Evacuated(new BitSet(), false);
    }
  }

  /** What was evacuated may be written in place from now on. */
  public void copyEvacuated() throws SnapshotException {
    boolean unused =
        call(
            () -> {
              answers.copyHeld();
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
              answers.hold(false);
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
   * Runs {@code order} in a turn of its own, after all faults that came before.
   *
   * @throws SnapshotException if it fails or the loop has ended
   */
  public <T> T call(Callable<T> order) throws SnapshotException {
    return turns.call(
        () -> {
          answerFirst();
          return order.call();
        });
  }

  private void answerFirst() throws SnapshotException {
    try {
      answers.giveAll();
    } catch (Exception | Error e) {
      breakOff(e);
      throw Turns.ended();
    }
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
    return answers.servedCount();
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
    parts.close();
  }
}
