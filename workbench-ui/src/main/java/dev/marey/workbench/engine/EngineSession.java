package dev.marey.workbench.engine;

import dev.marey.diff.PageSource;
import dev.marey.machine.RunState;
import dev.marey.machine.console.MonitorAnswer;
import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.AutoSnapshots;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.LiveListener;
import dev.marey.snapshot.LiveStatus;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Revert;
import dev.marey.snapshot.RunAfter;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.ThinningPreview;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.session.RevertDone;
import dev.marey.workbench.session.Thinned;
import dev.marey.workbench.tasks.Progress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A session of the engine with its live guest.
 *
 * <p>Threading: any.
 */
final class EngineSession extends StoredSession {

  private final Session session;
  private final LiveGuest guest;
  private final EngineWait waiting;

  EngineSession(Session session, LiveGuest guest) {
    super(session);
    this.session = session;
    this.guest = guest;
    this.waiting = new EngineWait(guest::status);
  }

  @Override
  public LiveSample live() {
    LiveStatus status = guest.status();
    Timeline nodes = session.timeline();
    Optional<NodeId> saving =
        nodes.nodes().stream()
            .filter(node -> node.state() == NodeState.SAVING)
            .map(Node::id)
            .findFirst()
            .filter(id -> status.saving());
    int loaded = status.pagesOnTouch() + status.pagesAhead();
    return new LiveSample(
        status.runState(),
        status.guestTime(),
        status.base(),
        status.differs(),
        saving,
        status.pagesSaved(),
        status.pagesToSave(),
        loaded,
        status.pagesAbsent() == 0 ? 0 : loaded + status.pagesAbsent(),
        guest.canGoBack(),
        guest.canGoBack(),
        guest.canGoForward(),
        session.sizeBytes(),
        session.budgetBytes());
  }

  @Override
  public void addListener(Listener listener) {
    guest.addListener(
        new LiveListener() {
          @Override
          public void reverted(Revert revert) {
            listener.reverted(done(revert));
          }

          @Override
          public void machineReplaced() {
            listener.machineReplaced();
          }

          @Override
          public void problem(String what) {
            listener.problem(what);
          }
        });
    super.addListener(listener);
  }

  private static RevertDone done(Revert revert) {
    return new RevertDone(revert.target(), revert.kept(), revert.running());
  }

  @Override
  public void run() throws SnapshotException {
    guest.resume();
  }

  @Override
  public void pause() throws SnapshotException {
    guest.pause();
  }

  @Override
  public void reset() throws SnapshotException {
    guest.reset();
  }

  @Override
  public Node snapshot(String label, Progress progress)
      throws SnapshotException, InterruptedException {
    return waiting.await(guest.snapshot(label, Node.Origin.PERSON), progress);
  }

  @Override
  public RevertDone revert(NodeId node, boolean invertRunState, Progress progress)
      throws SnapshotException, InterruptedException {
    boolean running = guest.status().runState() == RunState.RUNNING;
    RunAfter inverted = running ? RunAfter.PAUSE : RunAfter.RUN;
    return done(
        waiting.await(guest.revert(node, invertRunState ? inverted : RunAfter.KEEP), progress));
  }

  @Override
  public RevertDone undo(Progress progress) throws SnapshotException, InterruptedException {
    return back(progress);
  }

  @Override
  public RevertDone back(Progress progress) throws SnapshotException, InterruptedException {
    return done(waiting.await(guest.back(), progress));
  }

  @Override
  public RevertDone forward(Progress progress) throws SnapshotException, InterruptedException {
    return done(waiting.await(guest.forward(), progress));
  }

  @Override
  public Optional<NodeId> keepPresent(Progress progress)
      throws SnapshotException, InterruptedException {
    return waiting.await(guest.keepPresent(), progress);
  }

  @Override
  public MonitorAnswer monitor(String line) throws SnapshotException, InterruptedException {
    return waiting.await(guest.monitor(line));
  }

  @Override
  public boolean takesAutoSnapshots() {
    return guest.takesAutoSnapshots();
  }

  @Override
  public void autoSnapshots(Optional<Duration> every) {
    guest.autoSnapshots(every.map(AutoSnapshots::every).orElse(AutoSnapshots.OFF));
  }

  @Override
  public ThinningPreview thinningPreview() throws SnapshotException {
    return guest.thinningPreview();
  }

  @Override
  public Thinned thinOut(ThinningPreview preview) throws SnapshotException, InterruptedException {
    int nodes = waiting.await(guest.thin(preview)).size();
    return new Thinned(nodes, session.giveRoomBack());
  }

  @Override
  public void type(byte[] bytes) {
    guest.console().type(bytes);
  }

  @Override
  public void onConsole(ConsoleOutput output) {
    guest.console().addListener(bytes -> output.printed(bytes.clone(), guest.console().offset()));
  }

  @Override
  public Node.ConsoleOffset consoleNow() {
    return guest.console().offset();
  }

  @Override
  public Optional<Path> screenSocket() {
    return guest.screenSocket();
  }

  @Override
  public PageSource liveRam() {
    return (page, into) -> guest.readRam(page, ByteBuffer.wrap(into));
  }

  @Override
  public Optional<StateTree> liveState() throws SnapshotException, InterruptedException {
    return waiting.await(guest.deviceState());
  }

  @Override
  public void abandon() throws SnapshotException {
    try (session) {
      guest.abandon();
    }
  }

  @Override
  public void close() throws SnapshotException {
    try {
      guest.close();
    } finally {
      session.close();
    }
  }
}
