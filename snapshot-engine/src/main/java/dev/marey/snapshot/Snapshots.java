package dev.marey.snapshot;

import dev.marey.machine.Machine;
import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RunState;
import dev.marey.snapshot.store.PageLease;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes nodes of the present, knows which of them are still being saved, and says where the present
 * stands when one of them fails.
 *
 * <p>Threading: the conductor.
 */
final class Snapshots {

  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  /** Pages, 256 MiB. */
  private static final int EVACUATED_AT_MOST = 65_536;

  private static final long AMPLE_BYTES = 256L << 20;

  private final Session session;
  private final Present present;
  private final NodeCapture capture;
  private final Conductor conductor;
  private final LiveNews news;
  private final Map<NodeId, CompletableFuture<Node>> saving = new ConcurrentHashMap<>();

  /** Failed nodes of a present that was not lost with them. */
  private final List<NodeId> vainKeeps = new ArrayList<>();

  Snapshots(
      Session session, Present present, NodeCapture capture, Conductor conductor, LiveNews news) {
    this.session = session;
    this.present = present;
    this.capture = capture;
    this.conductor = conductor;
    this.news = news;
  }

  /**
   * Takes a node.
   *
   * @param goOn whether a guest that was running runs on at once; otherwise it stays paused
   */
  NodeCapture.Taken take(String label, Node.Origin origin, boolean goOn) throws SnapshotException {
    present.recover();
    NodeCapture.Taken taken = capture(label, origin, goOn);
    standAt(taken.id());
    saving.put(taken.id(), taken.complete());
    CompletableFuture<Node> unused =
        taken.complete().whenComplete((node, failure) -> ended(taken.id(), failure));
    return taken;
  }

  /** What is put for the node stays until it is complete, or has failed. */
  private NodeCapture.Taken capture(String label, Node.Origin origin, boolean goOn)
      throws SnapshotException {
    PageLease lease = session.pages().lease();
    // What the node inherits: its parent may be thinned when the present has gone elsewhere.
    HeldMaps.Holder inherited = present.base()::tell;
    session.addHolder(inherited);
    boolean begun = false;
    try {
      NodeCapture.Taken taken = capture.take(label, origin, goOn);
      begun = true;
      CompletableFuture<Node> unused =
          taken.complete().whenComplete((node, failure) -> letGo(lease, inherited));
      return taken;
    } finally {
      if (!begun) {
        letGo(lease, inherited);
      }
    }
  }

  private void letGo(PageLease lease, HeldMaps.Holder inherited) {
    session.removeHolder(inherited);
    lease.close();
  }

  /** Notes where the session goes on when it is opened next. */
  void standAt(NodeId node) {
    try {
      session.setLivePosition(node);
    } catch (SnapshotException e) {
      news.problem("Where the present stands could not be noted: " + e.getMessage());
    }
  }

  private void ended(NodeId id, @Nullable Throwable failure) {
    saving.remove(id);
    if (failure == null) {
      return;
    }
    CompletableFuture<Boolean> unused =
        conductor.submit(
            () -> {
              present.abandon(id).ifPresent(this::standAt);
              return true;
            });
    news.problem(String.valueOf(failure.getMessage()));
  }

  boolean isBeingSaved(NodeId node) {
    return saving.containsKey(node);
  }

  /** Returns when a node is not being saved any more; fails if it could not be. */
  void awaitSaved(NodeId node) throws SnapshotException {
    CompletableFuture<Node> underWay = saving.get(node);
    if (underWay != null) {
      Conductor.await(underWay);
    }
  }

  /**
   * Makes the present a node unless it is one already; the guest stands still afterwards and
   * nothing of it is unsaved. Gives nothing when QEMU is gone: there is no present then.
   */
  Optional<NodeId> keepPresent() throws SnapshotException {
    if (stateNow() == RunState.ENDED) {
      return Optional.empty();
    }
    if (!present.differs()) {
      present.awaitBase();
      awaitDisksOfBase();
    }
    if (!present.differs()) {
      return Optional.empty();
    }
    Base before = present.base();
    try {
      return Optional.of(keep());
    } catch (SnapshotException e) {
      if (present.machine().machine().runState() == RunState.ENDED) {
        return Optional.empty();
      }
      if (!before.failed()) {
        throw e;
      }
      // It was lost with the node before it; the guest stands still, so this is the same instant.
      return Optional.of(keep());
    }
  }

  /**
   * The same without waiting until it is saved, if there is room for it for sure and no disk has to
   * go back: RAM must be evacuated before it changes.
   *
   * @return whether the present is a node, or is becoming one; if not, use {@link #keepPresent}
   */
  Soon keepPresentSoon() throws SnapshotException {
    GuardedMachine machine = present.machine();
    if (stateNow() == RunState.ENDED || !machine.disks().isEmpty() || !roomIsAmple(machine)) {
      return new Soon(false, Optional.empty());
    }
    if (!present.differs()) {
      return new Soon(!present.base().failed(), Optional.empty());
    }
    return new Soon(true, Optional.of(take("", Node.Origin.KEPT_PRESENT, false).id()));
  }

  /**
   * What {@link #keepPresentSoon} has found.
   *
   * @param kept whether the present is a node, or is becoming one
   * @param made the node that was made of it
   */
  record Soon(boolean kept, Optional<NodeId> made) {}

  /** For twice what is unsaved, uncompressed, and that is not too much to be held in memory. */
  private boolean roomIsAmple(GuardedMachine machine) throws SnapshotException {
    int unsaved = machine.faultLoop().unsavedCount();
    long free = session.path().toFile().getUsableSpace();
    return unsaved <= EVACUATED_AT_MOST
        && free >= AMPLE_BYTES + 2L * unsaved * PageNumber.PAGE_BYTES;
  }

  /** RAM may be stored before the disks are; if they can't be, the present is in no node. */
  private void awaitDisksOfBase() {
    Optional<NodeId> base = present.base().node();
    if (base.isEmpty()) {
      return;
    }
    try {
      awaitSaved(base.get());
    } catch (SnapshotException e) {
      LOG.debug("{} could not be saved", base.get(), e);
    }
    boolean failed =
        session
            .timeline()
            .find(base.get())
            .filter(node -> node.state() == NodeState.FAILED)
            .isPresent();
    if (failed) {
      present.abandon(base.get()).ifPresent(this::standAt);
    }
  }

  /** Asked of QEMU, because a debugger may just have let the guest run. */
  private RunState stateNow() {
    Machine machine = present.machine().machine();
    if (machine.runState() == RunState.RUNNING) {
      return RunState.RUNNING;
    }
    try {
      return machine.currentRunState();
    } catch (MachineException e) {
      // It has ended or is about to; whoever wants more of it is told why.
      return machine.runState();
    }
  }

  private NodeId keep() throws SnapshotException {
    NodeCapture.Taken taken = take("", Node.Origin.KEPT_PRESENT, false);
    try {
      NodeId kept = Conductor.await(taken.complete()).id();
      dismissVainKeeps();
      return kept;
    } catch (SnapshotException e) {
      vainKeeps.add(taken.id());
      throw e;
    }
  }

  /** What they could not keep is kept now, so they would only be in the way. */
  private void dismissVainKeeps() {
    for (NodeId vain : vainKeeps) {
      try {
        session.delete(vain);
      } catch (SnapshotException e) {
        LOG.info("{} stays in the timeline: {}", vain, e.getMessage());
      }
    }
    vainKeeps.clear();
  }
}
