package dev.marey.snapshot;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.Machine;
import dev.marey.machine.MachineException;
import dev.marey.machine.MachineExit;
import dev.marey.machine.MachineListener;
import dev.marey.machine.MachineRequest;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RunState;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.capture.Capture;
import dev.marey.snapshot.revert.RamRestore;
import dev.marey.snapshot.store.PageMap;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guest of a session that is running now: run it, photograph it, go back. Everything that
 * changes it happens on one conductor thread, in the order asked for.
 *
 * <p>Threading: any. Futures complete on engine threads.
 */
public final class LiveGuest implements AutoCloseable {

  /** Up to this many differing pages a revert writes back at once; above, it is lazy. */
  public static final int PUT_BACK_AT_MOST = 2048;

  private static final Logger LOG = LoggerFactory.getLogger(LiveGuest.class);

  private final Session session;
  private final GuestDefinition guest;
  private final RunFolder runFolder;
  private final Conductor conductor = new Conductor();
  private final ExecutorService completion =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "marey-completion");
            made.setDaemon(true);
            return made;
          });
  private final List<LiveListener> listeners = new CopyOnWriteArrayList<>();
  private final Map<NodeId, CompletableFuture<Node>> saving = new ConcurrentHashMap<>();
  private final VisitHistory history = new VisitHistory();
  private final LiveConsole console;
  private final Present present;
  private final NodeCapture nodeCapture;
  private final Reverter reverter;
  private final AutoSnapshotTimer timer;
  private final LiveClock clock;
  private final boolean visiting;
  private volatile int servedAtRevert;
  private volatile boolean closed;

  private LiveGuest(
      Session session,
      MachineRequest.Role role,
      Optional<Node.ConsoleOffset> from,
      Duration start,
      LiveConsole.Listener printed,
      boolean visiting,
      int putBackAtMost)
      throws SnapshotException {
    this.session = session;
    this.visiting = visiting;
    this.guest = session.guest();
    this.runFolder = RunFolder.create();
    this.console = new LiveConsole(session, from);
    console.addListener(printed);
    GuardedMachine machine;
    try {
      machine = startMachine(role);
    } catch (SnapshotException e) {
      if (visiting) {
        console.discardTranscript();
      }
      runFolder.close();
      throw e;
    }
    this.present = new Present(machine, Base.none(machine.ram().pageCount()));
    this.nodeCapture = new NodeCapture(session, present, console, completion);
    this.reverter = new Reverter(session.pages(), putBackAtMost);
    this.timer = new AutoSnapshotTimer(this);
    this.clock = new LiveClock(session, start, System::nanoTime);
    session.addListener(clock);
    addListener(clock);
  }

  /**
   * Starts the session's guest from its beginning; it runs unless its command line says {@code -S}.
   */
  public static LiveGuest start(Session session) throws SnapshotException {
    return start(session, PUT_BACK_AT_MOST);
  }

  /**
   * The same.
   *
   * @param printed gets what the guest prints, from its first byte on
   */
  public static LiveGuest start(Session session, LiveConsole.Listener printed)
      throws SnapshotException {
    return start(session, printed, PUT_BACK_AT_MOST);
  }

  static LiveGuest start(Session session, int putBackAtMost) throws SnapshotException {
    return start(session, bytes -> {}, putBackAtMost);
  }

  private static LiveGuest start(Session session, LiveConsole.Listener printed, int putBackAtMost)
      throws SnapshotException {
    LiveGuest live =
        new LiveGuest(
            session,
            MachineRequest.Role.LIVE,
            Optional.empty(),
            Duration.ZERO,
            printed,
            false,
            putBackAtMost);
    try {
      session.saveRamLayout(live.present.machine().machine().ramLayout());
      live.goLive(live.present.machine());
      if (!live.guest.startPaused()) {
        live.resume();
      }
      return live;
    } catch (SnapshotException | MachineException e) {
      live.abandon();
      throw e instanceof SnapshotException known ? known : wrap(e);
    }
  }

  /**
   * Brings a node back to life from disk, lazily: a new machine with empty RAM that loads what the
   * guest touches.
   */
  public static LiveGuest open(Session session, NodeId node, RunAfter runAfter)
      throws SnapshotException {
    return open(session, node, runAfter, bytes -> {});
  }

  /**
   * The same.
   *
   * @param printed gets what the guest prints, from its first byte on
   */
  public static LiveGuest open(
      Session session, NodeId node, RunAfter runAfter, LiveConsole.Listener printed)
      throws SnapshotException {
    return open(session, node, runAfter, printed, false);
  }

  /**
   * The same, for a look at how the guest goes on from a node. The session stays as it is: the
   * present does not move, and no transcript is left. Take no nodes and end it with {@link
   * #abandon}.
   */
  public static LiveGuest visit(
      Session session, NodeId node, RunAfter runAfter, LiveConsole.Listener printed)
      throws SnapshotException {
    return open(session, node, runAfter, printed, true);
  }

  private static LiveGuest open(
      Session session,
      NodeId node,
      RunAfter runAfter,
      LiveConsole.Listener printed,
      boolean visiting)
      throws SnapshotException {
    NodeContent content = session.content(node);
    Node found = session.resolve(node.toString());
    LiveGuest live =
        new LiveGuest(
            session,
            MachineRequest.Role.STANDBY,
            Optional.of(found.console()),
            found.guestTime(),
            printed,
            visiting,
            PUT_BACK_AT_MOST);
    try {
      GuardedMachine machine = live.present.machine();
      live.reverter.standby(machine, content.pageMap(), content.deviceState());
      live.goLive(machine);
      live.present.standOn(Base.of(node, content.pageMap()));
      if (!visiting) {
        session.setLivePosition(node);
      }
      machine.startLoader();
      if (runAfter.runs(found.runState() == RunState.RUNNING)) {
        live.resume();
      }
      return live;
    } catch (SnapshotException | MachineException e) {
      live.abandon();
      throw e instanceof SnapshotException known ? known : wrap(e);
    }
  }

  private GuardedMachine startMachine(MachineRequest.Role role) throws SnapshotException {
    return new GuardedMachine(
        guest, role, runFolder.next(), session.pages(), this::faultLoopFailed);
  }

  /** Connects console, ports and listeners of the machine that is live from now on. */
  private void goLive(GuardedMachine machine) throws MachineException {
    for (String refused : machine.machine().attach()) {
      problem(refused);
    }
    machine.machine().console().ifPresent(console::connect);
    machine
        .machine()
        .addListener(
            new MachineListener() {
              @Override
              public void stateChanged(RunState state) {
                if (isCurrent(machine)) {
                  listeners.forEach(l -> l.runStateChanged(state));
                }
              }

              @Override
              public void guestReset() {
                if (isCurrent(machine)) {
                  listeners.forEach(LiveListener::guestReset);
                }
              }

              @Override
              public void ended(MachineExit exit) {
                if (isCurrent(machine) && !closed) {
                  problem(
                      "QEMU has ended: "
                          + exit.describe()
                          + " Complete nodes are safe; go back to one to run on.");
                }
              }
            });
  }

  private boolean isCurrent(GuardedMachine machine) {
    return present.machine() == machine;
  }

  private void standOn(NodeId node, PageMap map) throws SnapshotException {
    present.standOn(Base.of(node, map));
    session.setLivePosition(node);
    console.goOnFrom(node(node).console());
    servedAtRevert = present.machine().faultLoop().servedCount();
  }

  /** Lets the guest run. */
  public void resume() throws SnapshotException {
    conductor.run(
        () -> {
          present.ran();
          present.machine().machine().resume();
          return true;
        });
  }

  /** Stops the guest where it is. */
  public void pause() throws SnapshotException {
    conductor.run(
        () -> {
          present.machine().machine().pause();
          return true;
        });
  }

  /** Presses the reset button. */
  public void reset() throws SnapshotException {
    conductor.run(
        () -> {
          present.ran();
          present.machine().machine().reset();
          return true;
        });
  }

  /**
   * Takes a node of the present while the guest goes on.
   *
   * @return completes with the node when it is durable
   */
  public CompletableFuture<Node> snapshot(String label, Node.Origin origin) {
    return conductor
        .submit(() -> take(label, origin, true))
        .thenCompose(NodeCapture.Taken::complete);
  }

  private NodeCapture.Taken take(String label, Node.Origin origin, boolean goOn)
      throws SnapshotException {
    Base before = present.base();
    NodeCapture.Taken taken = nodeCapture.take(label, origin, goOn);
    session.setLivePosition(taken.id());
    saving.put(taken.id(), taken.complete());
    CompletableFuture<Node> unused =
        taken.complete().whenComplete((node, failure) -> captureEnded(taken.id(), before, failure));
    return taken;
  }

  private void captureEnded(NodeId id, Base before, @Nullable Throwable failure) {
    saving.remove(id);
    if (failure == null) {
      return;
    }
    CompletableFuture<Boolean> unused =
        conductor.submit(
            () -> {
              if (present.base().node().equals(Optional.of(id))) {
                present.standOn(before);
                present.ran();
              }
              return true;
            });
    problem(String.valueOf(failure.getMessage()));
  }

  /**
   * Goes back to a node; the present is kept as a node first if the guest ran since its last one.
   */
  public CompletableFuture<Revert> revert(NodeId target, RunAfter runAfter) {
    return revert(target, runAfter, RevertWay.IN_PROCESS);
  }

  CompletableFuture<Revert> revert(NodeId target, RunAfter runAfter, RevertWay way) {
    return conductor.submit(() -> revertNow(target, runAfter, way, VisitHistory.Move.JUMP));
  }

  private Revert revertNow(NodeId target, RunAfter runAfter, RevertWay way, VisitHistory.Move move)
      throws SnapshotException, MachineException {
    boolean wasRunning = present.machine().machine().runState() == RunState.RUNNING;
    try {
      Optional<NodeId> kept = keepPresent();
      Optional<NodeId> left = present.base().node();
      PageMap from = Conductor.await(present.base().map());
      awaitSaved(target);
      NodeContent content = session.content(target);
      long start = System.nanoTime();
      RamRestore.Restored restored = load(way, from, content.pageMap(), content.deviceState());
      left.ifPresent(history::leave);
      standOn(target, content.pageMap());
      history.arrive(target, move);
      if (runAfter.runs(wasRunning)) {
        present.ran();
        present.machine().machine().resume();
      }
      Duration running = Duration.ofNanos(System.nanoTime() - start);
      present.machine().startLoader();
      Revert revert =
          new Revert(target, left, kept, way, running, restored.differing(), restored.putBack());
      listeners.forEach(l -> l.reverted(revert));
      return revert;
    } catch (SnapshotException e) {
      if (wasRunning && present.machine().machine().runState() == RunState.PAUSED) {
        present.ran();
        present.machine().machine().resume();
      }
      throw e;
    }
  }

  private void awaitSaved(NodeId node) throws SnapshotException {
    CompletableFuture<Node> underWay = saving.get(node);
    if (underWay != null) {
      Conductor.await(underWay);
    }
  }

  private Node node(NodeId id) throws SnapshotException {
    return session.resolve(id.toString());
  }

  /** Makes the present a node unless it is one already, and waits until nothing is unsaved. */
  private Optional<NodeId> keepPresent() throws SnapshotException, MachineException {
    RunState state = present.machine().machine().runState();
    if (state == RunState.ENDED) {
      return Optional.empty();
    }
    if (!present.ranSinceBase()) {
      Conductor.await(present.base().map());
      return Optional.empty();
    }
    NodeCapture.Taken taken = take("", Node.Origin.KEPT_PRESENT, false);
    present.machine().machine().pause();
    return Optional.of(Conductor.await(taken.complete()).id());
  }

  private RamRestore.Restored load(RevertWay way, PageMap from, PageMap target, DeviceState device)
      throws SnapshotException, MachineException {
    GuardedMachine machine = present.machine();
    RunState state = machine.machine().runState();
    if (way == RevertWay.IN_PROCESS && (state == RunState.PAUSED || state == RunState.RUNNING)) {
      try {
        return reverter.inProcess(machine, from, target, device, runFolder.path());
      } catch (SnapshotException e) {
        problem("QEMU refused to go back by itself, so a new one takes over: " + e.getMessage());
      }
    }
    GuardedMachine fresh = startMachine(MachineRequest.Role.STANDBY);
    try {
      int absent = reverter.standby(fresh, target, device);
      // Reaped first: its host ports are the new one's.
      machine.close();
      present.replaceMachine(fresh);
      goLive(fresh);
      listeners.forEach(LiveListener::machineReplaced);
      return new RamRestore.Restored(absent, 0);
    } catch (SnapshotException | MachineException e) {
      if (!isCurrent(fresh)) {
        fresh.close();
      }
      throw e;
    }
  }

  /** Goes to the instant that was live before the last revert, and so undoes it. */
  public CompletableFuture<Revert> back() {
    return conductor.submit(
        () ->
            revertNow(
                history.back().orElseThrow(() -> nowhere("earlier")),
                RunAfter.KEEP,
                RevertWay.IN_PROCESS,
                VisitHistory.Move.BACK));
  }

  /** Undoes {@link #back}. */
  public CompletableFuture<Revert> forward() {
    return conductor.submit(
        () ->
            revertNow(
                history.forward().orElseThrow(() -> nowhere("later")),
                RunAfter.KEEP,
                RevertWay.IN_PROCESS,
                VisitHistory.Move.FORWARD));
  }

  /** Whether {@link #back} leads anywhere. */
  public boolean canGoBack() {
    return history.back().isPresent();
  }

  /** Whether {@link #forward} leads anywhere. */
  public boolean canGoForward() {
    return history.forward().isPresent();
  }

  private static SnapshotException nowhere(String direction) {
    return new SnapshotException("There is no " + direction + " visited instant to go to.");
  }

  /** Sets when nodes are taken by themselves. */
  public void autoSnapshots(AutoSnapshots policy) {
    timer.set(policy);
  }

  /** Whether nodes are taken by themselves now; they stop by themselves at the disk budget. */
  public boolean takesAutoSnapshots() {
    return timer.on();
  }

  /** Content of a page of live RAM; what is not loaded yet comes from the page store. */
  public void readRam(PageNumber page, ByteBuffer into) throws SnapshotException {
    GuardedMachine machine = present.machine();
    int ref = machine.absent().refOf(page.index());
    if (ref != PageMap.ZERO_PAGE) {
      session.pages().read(ref, into);
    } else {
      machine.ram().read(page, into);
    }
  }

  /**
   * The device state of a guest that stands still, as people read it.
   *
   * @return fails if the guest is running or powered off when its turn comes
   */
  public CompletableFuture<StateTree> deviceState() {
    return conductor.submit(
        () -> {
          RunState state = machine().runState();
          if (state != RunState.PAUSED && state != RunState.CRASHED) {
            throw new SnapshotException(
                "The device state can be read only while the guest is paused, but it is "
                    + state.name().toLowerCase(Locale.ROOT)
                    + ". Pause it first.");
          }
          return StateTree.of(machine().saveDeviceState());
        });
  }

  public LiveStatus status() {
    GuardedMachine machine = present.machine();
    Optional<Capture> capture = machine.saver().current();
    Base base = present.base();
    return new LiveStatus(
        machine.machine().runState(),
        clock.now(),
        base.node(),
        present.ranSinceBase(),
        capture.isPresent(),
        capture.map(Capture::storedCount).orElse(0),
        capture.map(Capture::pageCount).orElse(0),
        machine.faultLoop().dirtyCount(),
        machine.faultLoop().servedCount() - servedAtRevert,
        machine.loadedAhead(),
        machine.absent().count());
  }

  public Session session() {
    return session;
  }

  public LiveConsole console() {
    return console;
  }

  /** Unix socket of the guest's screen, if it has one. Changes when another QEMU takes over. */
  public Optional<Path> screenSocket() {
    return present.machine().machine().vncSocket();
  }

  public void addListener(LiveListener listener) {
    listeners.add(listener);
  }

  public void removeListener(LiveListener listener) {
    listeners.remove(listener);
  }

  /** The machine that is live now, for what this class doesn't offer. */
  public Machine machine() {
    return present.machine().machine();
  }

  GuardedMachine guarded() {
    return present.machine();
  }

  void problem(String what) {
    LOG.warn("{}", what);
    listeners.forEach(l -> l.problem(what));
  }

  private void faultLoopFailed(Throwable cause) {
    LOG.error("fault loop failed", cause);
    GuardedMachine machine = present.machine();
    Thread end =
        new Thread(
            () -> {
              machine.machine().close();
              problem(
                  "Guest memory could not be watched any more, so the guest was stopped: "
                      + cause.getMessage()
                      + " Complete nodes are safe; go back to one to run on.");
            },
            "marey-emergency");
    end.setDaemon(true);
    end.start();
  }

  /** Keeps the present as a node if it isn't one, then ends the guest. */
  @Override
  public void close() throws SnapshotException {
    timer.close();
    try {
      conductor.run(this::keepPresent);
    } finally {
      abandon();
    }
  }

  /** Ends the guest without keeping the present. */
  public void abandon() {
    closed = true;
    timer.close();
    session.removeListener(clock);
    conductor.close();
    present.machine().close();
    completion.shutdown();
    if (visiting) {
      console.discardTranscript();
    }
    runFolder.close();
  }

  private static SnapshotException wrap(Exception e) {
    return new SnapshotException(String.valueOf(e.getMessage()), e);
  }
}
