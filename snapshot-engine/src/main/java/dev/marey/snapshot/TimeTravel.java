package dev.marey.snapshot;

import dev.marey.machine.Machine;
import dev.marey.machine.MachineException;
import dev.marey.machine.RunState;
import dev.marey.machine.state.DeviceState;
import dev.marey.snapshot.capture.FaultLoop;
import dev.marey.snapshot.revert.RamRestore;
import dev.marey.snapshot.session.TranscriptWriter;
import dev.marey.snapshot.store.PageMap;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes from the present to a node: keeps the present, chooses the way, and makes the node's instant
 * the live one. Until RAM is touched a failure leaves the guest as it was; afterwards the guest is
 * at the node or QEMU is ended, never between the two.
 *
 * <p>Threading: the conductor.
 */
final class TimeTravel {

  private static final Logger LOG = LoggerFactory.getLogger(TimeTravel.class);

  private final Session session;
  private final Present present;
  private final Snapshots snapshots;
  private final Reverter reverter;
  private final LiveMachines machines;
  private final LiveConsole console;
  private final LiveNews news;
  private final VisitHistory history = new VisitHistory();
  private volatile int servedBefore;

  TimeTravel(
      Session session,
      Present present,
      Snapshots snapshots,
      Reverter reverter,
      LiveMachines machines,
      LiveConsole console,
      LiveNews news) {
    this.session = session;
    this.present = present;
    this.snapshots = snapshots;
    this.reverter = reverter;
    this.machines = machines;
    this.console = console;
    this.news = news;
  }

  VisitHistory history() {
    return history;
  }

  /** The node the present stands on, and those that a step back or forward may lead to. */
  Set<NodeId> inReach() {
    Set<NodeId> nodes = new HashSet<>(history.all());
    present.base().node().ifPresent(nodes::add);
    return nodes;
  }

  /** Pages that the fault loop had served before the last revert. */
  int servedBefore() {
    return servedBefore;
  }

  /** All that is read from disk before anything of the guest changes. */
  private record Destination(
      Node node, NodeMaps maps, DeviceState state, TranscriptWriter transcript) {}

  private Destination destination(NodeId target) {
    try {
      return prepare(target);
    } catch (SnapshotException e) {
      throw new CompletionException(e);
    }
  }

  private Destination prepare(NodeId target) throws SnapshotException {
    snapshots.awaitSaved(target);
    NodeContent content = session.content(target);
    Node node = session.resolve(target.toString());
    NodeMaps maps = content.maps();
    DeviceState state = content.deviceState();
    return new Destination(node, maps, state, session.beginTranscript(Optional.of(node.console())));
  }

  /** A machine that was just started for it becomes {@code node}. */
  void open(Node node, NodeContent content, RunAfter runAfter, boolean visiting)
      throws SnapshotException, MachineException {
    GuardedMachine machine = present.machine();
    int unused = reverter.standby(machine, content.pageMap(), content.deviceState());
    int resumes = machine.machine().timesResumed();
    machines.goLive(machine);
    stand(node.id(), content.pageMap(), resumes);
    if (!visiting) {
      snapshots.standAt(node.id());
    }
    runOn(node.id(), runAfter.runs(node.runState() == RunState.RUNNING));
  }

  Revert go(NodeId target, RunAfter runAfter, RevertWay way, VisitHistory.Move move)
      throws SnapshotException, MachineException {
    refuseFailed(target);
    boolean wasRunning = present.machine().machine().runState() == RunState.RUNNING;
    Optional<CompletableFuture<Destination>> coming = Optional.empty();
    boolean there = false;
    Revert revert;
    try {
      if (!wasRunning) {
        coming = Optional.of(CompletableFuture.supplyAsync(() -> destination(target)));
      }
      Kept kept = keep(way);
      if (kept.soon() && !snapshots.isBeingSaved(target)) {
        present.machine().saver().rest();
      }
      if (coming.isEmpty()) {
        // Read while the present's pages are taken out of RAM, and not before the guest is stopped.
        coming = Optional.of(CompletableFuture.supplyAsync(() -> destination(target)));
      }
      Left left = leave(kept);
      console.settle();
      Destination destination = Conductor.await(coming.get());
      // It may have been deleted while the present was kept.
      Node unused = session.resolve(target.toString());
      long start = System.nanoTime();
      int served = present.machine().faultLoop().servedCount();
      Loaded loaded = load(way, left, destination);
      there = true;
      // What is touched while the state loads counts; a standby's loop has just begun to count.
      servedBefore = loaded.way() == RevertWay.STANDBY ? 0 : served;
      left.base().node().ifPresent(history::leave);
      history.arrive(target, move);
      arrive(destination, loaded.resumes(), runAfter.runs(wasRunning));
      loaded.toClear().ifPresent(InProcessRevert::close);
      revert =
          new Revert(
              target,
              left.base().node(),
              left.kept(),
              loaded.way(),
              Duration.ofNanos(System.nanoTime() - start),
              loaded.ram().differing(),
              loaded.ram().putBack());
    } finally {
      present.machine().saver().goOn();
      if (!there) {
        coming.ifPresent(TimeTravel::forget);
        goOnAfterFailure(wasRunning);
      }
    }
    news.tell(listener -> listener.reverted(revert));
    return revert;
  }

  /**
   * The present, kept.
   *
   * @param base the node it is
   * @param unsaved pages of nodes that are being saved
   * @param kept the node that was made of it now
   */
  private record Left(Base base, FaultLoop.Evacuated unsaved, Optional<NodeId> kept) {}

  /**
   * The present is a node now, or is becoming one.
   *
   * @param soon whether it may not be saved yet, and is to be evacuated
   * @param made the node that was made of it now
   */
  private record Kept(boolean soon, Optional<NodeId> made) {}

  private Kept keep(RevertWay way) throws SnapshotException {
    if (way == RevertWay.IN_PROCESS) {
      Snapshots.Soon soon = snapshots.keepPresentSoon();
      if (soon.kept()) {
        return new Kept(true, soon.made());
      }
    }
    return new Kept(false, snapshots.keepPresent());
  }

  /** Whatever of the present is not saved yet is not in RAM alone afterwards. */
  private Left leave(Kept kept) throws SnapshotException {
    if (!kept.soon()) {
      return new Left(present.base().await(), FaultLoop.Evacuated.none(), kept.made());
    }
    FaultLoop.Evacuated unsaved = present.machine().faultLoop().evacuate(reverter.putBackAtMost());
    return new Left(present.base(), unsaved, kept.made());
  }

  private static void forget(CompletableFuture<Destination> coming) {
    CompletableFuture<?> unused =
        coming.thenAccept(destination -> LiveConsole.close(destination.transcript()));
  }

  Revert back() throws SnapshotException, MachineException {
    return walk(history.back(), "earlier", VisitHistory.Move.BACK);
  }

  Revert forward() throws SnapshotException, MachineException {
    return walk(history.forward(), "later", VisitHistory.Move.FORWARD);
  }

  private Revert walk(Optional<NodeId> to, String direction, VisitHistory.Move move)
      throws SnapshotException, MachineException {
    NodeId target =
        to.orElseThrow(
            () -> new SnapshotException("There is no " + direction + " visited instant to go to."));
    return go(target, RunAfter.KEEP, RevertWay.IN_PROCESS, move);
  }

  /** The guest stands still at a node afterwards; if that fails it goes on as it was. */
  Optional<NodeId> keepPresent() throws SnapshotException {
    boolean wasRunning = present.machine().machine().runState() == RunState.RUNNING;
    boolean kept = false;
    try {
      Optional<NodeId> node = snapshots.keepPresent();
      kept = true;
      return node;
    } finally {
      if (!kept) {
        goOnAfterFailure(wasRunning);
      }
    }
  }

  private void refuseFailed(NodeId target) throws SnapshotException {
    if (session.resolve(target.toString()).state() == NodeState.FAILED) {
      NodeContent unused = session.content(target);
    }
  }

  private void stand(NodeId id, PageMap map, int resumes) {
    present.standOn(Base.of(Optional.of(id), map), resumes);
  }

  /** The present is the destination from now on; nothing that fails here takes that back. */
  private void arrive(Destination destination, int resumes, boolean run) {
    NodeId id = destination.node().id();
    stand(id, destination.maps().ram(), resumes);
    console.goOn(destination.transcript());
    runOn(id, run);
    // Waits for the disk, so the guest does not wait for this.
    snapshots.standAt(id);
  }

  private void runOn(NodeId id, boolean run) {
    Machine machine = present.machine().machine();
    try {
      if (run && machine.runState() == RunState.PAUSED) {
        machine.resume();
      }
      present.machine().lazyRam().startLoading();
    } catch (MachineException | SnapshotException e) {
      news.problem(
          "The guest is at " + id + " but does not run on as it should: " + e.getMessage());
    }
  }

  /** Does nothing for a QEMU that had to be ended, or that is down. */
  private void goOnAfterFailure(boolean wasRunning) {
    GuardedMachine machine = present.machine();
    RunState state = machine.machine().runState();
    if (state == RunState.ENDED) {
      return;
    }
    try {
      // Before anything lets it run, if only a reset by hand.
      machine.faultLoop().copyEvacuated();
      if (state != RunState.PAUSED) {
        return;
      }
      if (wasRunning) {
        machine.machine().resume();
      }
      machine.lazyRam().keepLoading();
    } catch (MachineException | SnapshotException e) {
      news.problem("The guest does not run on as it should: " + e.getMessage());
    }
  }

  /**
   * What a way back has led to.
   *
   * @param resumes how often the machine that is live now had been let run when it was there
   * @param toClear what is to be closed when the guest runs again
   */
  private record Loaded(
      RevertWay way, RamRestore.Restored ram, int resumes, Optional<InProcessRevert> toClear) {}

  private Loaded load(RevertWay way, Left left, Destination destination)
      throws SnapshotException, MachineException {
    Machine machine = present.machine().machine();
    boolean inProcess =
        way == RevertWay.IN_PROCESS
            && machine.runState() == RunState.PAUSED
            && stoodReady(destination.node());
    if (inProcess) {
      try {
        return revert(left, destination);
      } catch (SnapshotException | RuntimeException e) {
        LOG.debug("reverting in process failed", e);
        news.problem("QEMU did not go back by itself, so a new one takes over: " + e.getMessage());
      }
    }
    return takeOver(present.machine(), destination);
  }

  private Loaded revert(Left left, Destination destination) throws SnapshotException {
    Machine machine = present.machine().machine();
    InProcessRevert revert =
        reverter.inProcess(
            present.machine(),
            left.base().stored().map().join(),
            left.unsaved(),
            destination.maps(),
            destination.state(),
            machines.folder().path());
    boolean ofNoInstant = false;
    boolean done = false;
    try {
      InProcessRevert.Ready ready = revert.prepare();
      ofNoInstant = true;
      RamRestore.Restored ram = revert.go(ready);
      ofNoInstant = false;
      done = true;
      return new Loaded(RevertWay.IN_PROCESS, ram, machine.timesResumed(), Optional.of(revert));
    } finally {
      if (ofNoInstant) {
        // Whatever has happened, an Error too: memory may be of one instant and devices of another.
        machine.close();
      }
      if (!done) {
        revert.close();
      }
    }
  }

  /** A guest that was down stays down, which only a new QEMU can be made to understand. */
  private static boolean stoodReady(Node node) {
    return node.runState() == RunState.RUNNING || node.runState() == RunState.PAUSED;
  }

  private Loaded takeOver(GuardedMachine old, Destination destination) throws SnapshotException {
    // It saves all it has before it ends.
    old.saver().goOn();
    GuardedMachine fresh = machines.standby(destination.maps());
    int absent;
    boolean ready = false;
    try {
      absent = reverter.standby(fresh, destination.maps().ram(), destination.state());
      ready = true;
    } finally {
      if (!ready) {
        fresh.close();
      }
    }
    int resumes = fresh.machine().timesResumed();
    machines.letGo();
    present.replaceMachine(fresh);
    // Reaped first: its host ports are the new one's.
    old.close();
    try {
      machines.goLive(fresh);
    } catch (MachineException e) {
      news.problem("The new QEMU could not be connected: " + e.getMessage());
    }
    news.tell(LiveListener::machineReplaced);
    return new Loaded(
        RevertWay.STANDBY, new RamRestore.Restored(absent, 0), resumes, Optional.empty());
  }
}
