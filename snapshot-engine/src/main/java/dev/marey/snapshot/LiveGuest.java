package dev.marey.snapshot;

import dev.marey.machine.Machine;
import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RunState;
import dev.marey.machine.console.MonitorAnswer;
import dev.marey.machine.console.MonitorConsole;
import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.capture.OwnedParts;
import dev.marey.snapshot.capture.Patience;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The guest of a session that is running now: run it, photograph it, go back. Everything that
 * changes it happens on one conductor thread, in the order asked for.
 *
 * <p>Threading: any. Futures complete on engine threads.
 */
public final class LiveGuest implements AutoCloseable {

  private static final Duration KEEPING = Duration.ofMinutes(10);

  /** More than the sum of all waits in it, each of which has its own bound. */
  private static final Duration ENDING = Duration.ofMinutes(30);

  private final Session session;
  private final Opening opening;
  private final LiveNews news = new LiveNews();
  private final Conductor conductor = new Conductor();
  private final LiveConsole console;
  private final LiveMachines machines;
  private final Present present;
  private final Snapshots snapshots;
  private final TimeTravel travel;
  private final AutoSnapshotTimer timer;
  private final LiveClock clock;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Closed the last first; each may give work to those before it. */
  private final OwnedParts parts = new OwnedParts();

  LiveGuest(Session session, Opening opening) throws SnapshotException {
    this.session = session;
    this.opening = opening;
    this.clock = new LiveClock(session, opening.guestTime(), System::nanoTime);
    boolean done = false;
    try {
      this.console = new LiveConsole(session, opening.console(), news);
      console.addListener(opening.printed());
      parts.own(this::endConsole);
      this.machines = parts.own(new LiveMachines(session, console, news, opening.tuning()));
      Completion completion = parts.own(new Completion());
      GuardedMachine machine = opening.start(machines);
      this.present = new Present(machine, Base.none(machine.ram().pageCount()));
      HeldMaps.Holder holder = present::tell;
      session.addHolder(holder);
      parts.own(() -> session.removeHolder(holder));
      parts.own(() -> present.machine().close());
      parts.own(conductor);
      NodeCapture capture = new NodeCapture(session, present, console, completion);
      this.snapshots = new Snapshots(session, present, capture, conductor, news);
      Reverter reverter = new Reverter(session.pages(), opening.tuning().putBackAtMost());
      this.travel = new TimeTravel(session, present, snapshots, reverter, machines, console, news);
      session.addListener(clock);
      news.add(clock);
      parts.own(() -> session.removeListener(clock));
      machines.brakeWith(new GuestHold(conductor, this::machine)::hold);
      this.timer = parts.own(new AutoSnapshotTimer(this));
      parts.own(machines::letGo);
      done = true;
    } finally {
      if (!done) {
        parts.close();
      }
    }
  }

  /**
   * Starts the session's guest from its beginning; it runs unless its command line says {@code -S}.
   */
  public static LiveGuest start(Session session) throws SnapshotException {
    return start(session, Tuning.STANDARD);
  }

  /**
   * The same.
   *
   * @param printed gets what the guest prints, from its first byte on
   */
  public static LiveGuest start(Session session, LiveConsole.Listener printed)
      throws SnapshotException {
    return Opening.boot(printed, Tuning.STANDARD).begin(session);
  }

  static LiveGuest start(Session session, Tuning tuning) throws SnapshotException {
    return Opening.boot(bytes -> {}, tuning).begin(session);
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
    return Opening.at(session, node, runAfter, printed, false).begin(session);
  }

  /**
   * The same, for a look at how the guest goes on from a node. The session stays as it is: the
   * present does not move, and no transcript is left. Take no nodes and end it with {@link
   * #abandon}.
   */
  public static LiveGuest visit(
      Session session, NodeId node, RunAfter runAfter, LiveConsole.Listener printed)
      throws SnapshotException {
    return Opening.at(session, node, runAfter, printed, true).begin(session);
  }

  void boot() throws SnapshotException, MachineException {
    session.saveRamLayout(machine().ramLayout());
    machines.goLive(present.machine());
    if (!session.guest().startPaused()) {
      resume();
    }
  }

  void goOnFrom(Opening.From from) throws SnapshotException, MachineException {
    if (!from.visiting()) {
      // A session that was imported has never seen its machine.
      session.saveRamLayout(machine().ramLayout());
    }
    travel.open(from.node(), from.content(), from.runAfter(), from.visiting());
  }

  /** Lets the guest run. */
  public void resume() throws SnapshotException {
    conductor.run(
        () -> {
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
          present.changed();
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
        .submit(() -> snapshots.take(label, origin, true))
        .thenCompose(NodeCapture.Taken::complete);
  }

  /** Like {@link #snapshot}, but nothing happens if the guest does not run when its turn comes. */
  CompletableFuture<Optional<Node>> automaticSnapshot() {
    return conductor
        .submit(
            () ->
                machine().runState() == RunState.RUNNING
                    ? Optional.of(snapshots.take("", Node.Origin.AUTOMATIC, true))
                    : Optional.<NodeCapture.Taken>empty())
        .thenCompose(LiveGuest::completed);
  }

  /** Removes automatic nodes that the rule does not keep and nobody can go back to by a key. */
  CompletableFuture<List<NodeId>> thin(ThinningRule rule) {
    return conductor.submit(() -> session.thin(rule, travel.inReach()));
  }

  /**
   * What thinning would remove now. The rule is the usual one or, if that removes nothing, the
   * mildest harder one that does.
   */
  public ThinningPreview thinningPreview() throws SnapshotException {
    return ThinningPreview.of(session, travel.inReach());
  }

  /** Removes the nodes of a preview for good, those that may still go; gives them. */
  public CompletableFuture<List<NodeId>> thin(ThinningPreview preview) {
    return conductor.submit(
        () -> {
          Set<NodeId> keep = new HashSet<>(travel.inReach());
          keep.addAll(preview.staying(session.timeline()));
          return session.thin(preview.rule(), keep);
        });
  }

  private static CompletableFuture<Optional<Node>> completed(Optional<NodeCapture.Taken> taken) {
    return taken.isPresent()
        ? taken.get().complete().thenApply(Optional::of)
        : CompletableFuture.completedFuture(Optional.empty());
  }

  /**
   * Goes back to a node; the present is kept as a node first if the guest ran since its last one.
   */
  public CompletableFuture<Revert> revert(NodeId target, RunAfter runAfter) {
    return revert(target, runAfter, RevertWay.IN_PROCESS);
  }

  CompletableFuture<Revert> revert(NodeId target, RunAfter runAfter, RevertWay way) {
    return conductor.submit(() -> travel.go(target, runAfter, way, VisitHistory.Move.JUMP));
  }

  /** Goes to the instant that was live before the last revert, and so undoes it. */
  public CompletableFuture<Revert> back() {
    return conductor.submit(travel::back);
  }

  /** Undoes {@link #back}. */
  public CompletableFuture<Revert> forward() {
    return conductor.submit(travel::forward);
  }

  /** Whether {@link #back} leads anywhere. */
  public boolean canGoBack() {
    return travel.history().back().isPresent();
  }

  /** Whether {@link #forward} leads anywhere. */
  public boolean canGoForward() {
    return travel.history().forward().isPresent();
  }

  /** Sets when nodes are taken by themselves. */
  public void autoSnapshots(AutoSnapshots policy) {
    timer.set(policy);
  }

  /** Whether nodes are taken by themselves now; they stop by themselves at the disk budget. */
  public boolean takesAutoSnapshots() {
    return timer.on();
  }

  /**
   * Content of a page of live RAM; what is not loaded yet comes from the page store.
   *
   * @param into gets 4,096 bytes at its position, which does not move
   */
  public void readRam(PageNumber page, ByteBuffer into) throws SnapshotException {
    present.machine().lazyRam().read(page, into);
  }

  /**
   * The device state of a guest that stands still, as people read it.
   *
   * @return gives nothing if the guest is running or powered off when its turn comes
   */
  public CompletableFuture<Optional<StateTree>> deviceState() {
    return conductor.submit(
        () -> {
          RunState state = machine().runState();
          return state == RunState.PAUSED || state == RunState.CRASHED
              ? Optional.of(StateTree.of(machine().saveDeviceState()))
              : Optional.empty();
        });
  }

  public LiveStatus status() {
    return LiveStatus.of(present, clock.now(), travel.servedBefore());
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
    news.add(listener);
  }

  public void removeListener(LiveListener listener) {
    news.remove(listener);
  }

  /** The machine that is live now, for what this class doesn't offer. */
  public Machine machine() {
    return present.machine().machine();
  }

  GuardedMachine guarded() {
    return present.machine();
  }

  Path runFolder() {
    return machines.folder().path();
  }

  void problem(String what) {
    news.problem(what);
  }

  /** Gives a line to QEMU's monitor, unless it would take the machine out of our hands. */
  public CompletableFuture<MonitorAnswer> monitor(String line) {
    return conductor.submit(
        () -> {
          if (MonitorConsole.acts(line)) {
            present.changed();
          }
          return new MonitorConsole(machine().qmp()).run(line);
        });
  }

  /**
   * Keeps the present as a node if it isn't one, as {@link #close} does, and ends nothing. Whoever
   * must not lose the present asks for this first and closes only when it has worked. When it
   * fails, because the disk is full perhaps, the guest goes on as it was, and this can be tried
   * again.
   *
   * @return completes when the node is durable; empty if the present is a node already, or QEMU has
   *     ended and there is none. The guest stands still then
   */
  public CompletableFuture<Optional<NodeId>> keepPresent() {
    return conductor.submit(travel::keepPresent);
  }

  /**
   * Keeps the present as a node if it isn't one, then ends the guest. Nodes that are being saved
   * become complete first; an interruption waits until all is done. Closing again does nothing.
   *
   * @throws SnapshotException if the present could not be kept, or not within ten minutes; the
   *     guest is ended all the same and its present lost. See {@link #keepPresent}
   */
  @Override
  public void close() throws SnapshotException {
    if (closed.compareAndSet(false, true)) {
      timer.close();
      try {
        Optional<NodeId> unused =
            Conductor.awaitAtMost(
                KEEPING,
                conductor.submit(snapshots::keepPresent),
                "The present could not be kept, because saving it took over "
                    + KEEPING.toMinutes()
                    + " minutes. Look whether the disk of the session answers; its complete nodes"
                    + " are safe.");
      } finally {
        end();
      }
    }
  }

  /**
   * Ends the guest without keeping the present. Nodes that are being saved become complete first.
   */
  public void abandon() {
    if (closed.compareAndSet(false, true)) {
      end();
    }
  }

  /** On a thread of its own, because an interruption of this one must not lose nodes. */
  private void end() {
    Thread ending = new Thread(parts::close, "marey-ending");
    ending.start();
    if (!Patience.join(ending, ENDING)) {
      problem("The guest has not ended within " + ENDING.toMinutes() + " minutes.");
    }
  }

  private void endConsole() {
    if (opening.visiting()) {
      console.discardTranscript();
    } else {
      console.close();
    }
  }
}
