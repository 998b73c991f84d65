package dev.marey.snapshot;

import dev.marey.machine.CapturedState;
import dev.marey.machine.Machine;
import dev.marey.machine.MachineException;
import dev.marey.machine.RunState;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateDescription;
import dev.marey.machine.state.StateFormatException;
import dev.marey.machine.state.StateStream;
import dev.marey.snapshot.capture.Capture;
import dev.marey.snapshot.store.PageMap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a node of the present: the pause with everything that has to happen inside it, and what
 * follows when the last page is stored.
 *
 * <p>Threading: {@link #take} on the conductor; completion on the executor given.
 */
final class NodeCapture {

  private static final Logger LOG = LoggerFactory.getLogger(NodeCapture.class);

  private final Session session;
  private final Present present;
  private final LiveConsole console;
  private final Executor completion;

  NodeCapture(Session session, Present present, LiveConsole console, Executor completion) {
    this.session = session;
    this.present = present;
    this.console = console;
    this.completion = completion;
  }

  /**
   * A node whose pages are on their way.
   *
   * @param id its name
   * @param complete completes with the node when it is durable
   */
  record Taken(NodeId id, CompletableFuture<Node> complete) {}

  /** Everything that was found out while the guest stood still. */
  private record Instance(
      RunState runState,
      int resumes,
      Instant takenAt,
      Node.ConsoleOffset console,
      DeviceState state,
      Capture capture,
      CompletableFuture<List<PageMap>> disks,
      Duration pause,
      Duration deviceState,
      Duration arm) {}

  /**
   * @param goOn whether a guest that was running runs on at once; otherwise it stays paused
   */
  Taken take(String label, Node.Origin origin, boolean goOn) throws SnapshotException {
    Base parent = present.base();
    Instance instance = photograph(parent, goOn);
    long resumedNanos = System.nanoTime();
    GuardedMachine machine = present.machine();
    NodeDraft draft;
    boolean begun = false;
    try {
      draft =
          session.begin(
              parent.node(),
              label,
              origin,
              instance.takenAt(),
              RecordedClock.read(instance.state()),
              instance.runState(),
              instance.console());
      begun = true;
    } finally {
      if (!begun) {
        keepForTheNext(machine, instance.capture());
      }
    }
    CompletableFuture<Node> complete = new CompletableFuture<>();
    CompletableFuture<NodeMaps> unused =
        instance
            .capture()
            .map()
            .thenCombine(instance.disks(), NodeMaps::new)
            .whenCompleteAsync(
                (maps, failure) -> finish(draft, instance, maps, failure, resumedNanos, complete),
                completion);
    present.standOn(Base.saving(draft.id(), instance.capture().map(), parent), instance.resumes());
    return new Taken(draft.id(), complete);
  }

  /** Its pages are clean now but in no node: the next capture takes them along. */
  private static void keepForTheNext(GuardedMachine machine, Capture capture) {
    try {
      // Not before they are stored: a page is pending for one capture only.
      PageMap unused = Conductor.await(capture.map());
      machine.unstored().add(capture);
    } catch (SnapshotException e) {
      LOG.debug("the saver has noted the pages itself", e);
    }
  }

  private Instance photograph(Base parent, boolean goOn) throws SnapshotException {
    GuardedMachine guarded = present.machine();
    Machine machine = guarded.machine();
    guarded.lookAhead(goOn);
    boolean ran = false;
    boolean resumed = false;
    boolean done = false;
    Capture capture = null;
    try {
      ran = machine.currentRunState() == RunState.RUNNING;
      long start = System.nanoTime();
      CapturedState state = machine.pauseAndCapture();
      long saved = System.nanoTime();
      int resumes = machine.timesResumed();
      RunState found = found(ran, machine.runState());
      console.settle();
      capture = guarded.faultLoop().beginEpoch(guarded.saver(), guarded.unstored(), parent.map());
      long armed = System.nanoTime();
      CompletableFuture<List<PageMap>> disks = guarded.disks().capture();
      Node.ConsoleOffset offset = console.offset();
      Instant takenAt = Instant.now();
      if (ran && goOn) {
        // A guest that can't go on has lost nothing: the node is whole either way.
        resumeQuietly(machine);
        resumed = true;
      }
      long end = System.nanoTime();
      Instance instance =
          new Instance(
              found,
              resumes,
              takenAt,
              offset,
              state.complete(),
              capture,
              disks,
              pause(machine, ran, resumed, end - start),
              Duration.ofNanos(saved - start),
              Duration.ofNanos(armed - saved));
      done = true;
      return instance;
    } catch (MachineException e) {
      throw new SnapshotException("The snapshot could not be taken: " + e.getMessage(), e);
    } finally {
      if (!resumed && ran && goOn) {
        resumeQuietly(machine);
      }
      if (!done && capture != null) {
        keepForTheNext(guarded, capture);
      }
    }
  }

  private static Duration pause(Machine machine, boolean ran, boolean resumed, long nanos) {
    if (!ran) {
      return Duration.ZERO;
    }
    return resumed ? machine.lastPause() : Duration.ofNanos(nanos);
  }

  /** A guest that ran may have gone down on its own just before it was stopped. */
  private static RunState found(boolean ran, RunState stopped) {
    return ran && stopped == RunState.PAUSED ? RunState.RUNNING : stopped;
  }

  private static void resumeQuietly(Machine machine) {
    try {
      machine.resume();
    } catch (MachineException e) {
      LOG.warn("the guest could not be resumed after a snapshot: {}", e.getMessage());
    }
  }

  /** The stream's own description; that of a second one in a pause is the first one's. */
  private static Optional<StateDescription> describe(DeviceState state) {
    try {
      return StateStream.parse(state).description();
    } catch (StateFormatException e) {
      LOG.warn("the device state can't be described: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static void finish(
      NodeDraft draft,
      Instance instance,
      @Nullable NodeMaps maps,
      @Nullable Throwable failure,
      long resumedNanos,
      CompletableFuture<Node> complete) {
    try {
      if (maps == null) {
        String reason = failure == null ? "its page map is missing" : reason(failure);
        Node unused = draft.fail(reason);
        throw new SnapshotException(draft.id() + " could not be saved: " + reason);
      }
      complete.complete(
          draft.complete(
              maps,
              instance.state(),
              describe(instance.state()),
              figures(instance, System.nanoTime() - resumedNanos)));
    } catch (SnapshotException e) {
      complete.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      // Whatever it was, nobody may wait for this node any more.
      LOG.error("saving {} failed", draft.id(), e);
      try {
        Node unused = draft.fail(e.toString());
      } finally {
        complete.completeExceptionally(
            new SnapshotException(draft.id() + " could not be saved: " + e, e));
      }
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return String.valueOf(cause.getMessage());
  }

  private static CaptureFigures figures(Instance instance, long savedNanos) {
    Capture capture = instance.capture();
    return new CaptureFigures(
        instance.pause(),
        instance.deviceState(),
        instance.arm(),
        Duration.ofNanos(savedNanos),
        capture.pageCount(),
        capture.caughtCount(),
        capture.storedBytes());
  }
}
