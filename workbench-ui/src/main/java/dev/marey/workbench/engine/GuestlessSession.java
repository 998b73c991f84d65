package dev.marey.workbench.engine;

import dev.marey.diff.PageSource;
import dev.marey.machine.RunState;
import dev.marey.machine.console.MonitorAnswer;
import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.ThinningPreview;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.session.RevertDone;
import dev.marey.workbench.session.Thinned;
import dev.marey.workbench.tasks.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A session whose guest does not run, because it cannot be started or because the session may only
 * be read. What it holds can be looked at, compared, exported and, if it can be written, marked.
 *
 * <p>Threading: any.
 */
final class GuestlessSession extends StoredSession {

  private final Session session;
  private final String reason;

  /**
   * A session to look at.
   *
   * @param reason why no guest runs; for people
   */
  GuestlessSession(Session session, String reason) {
    super(session);
    this.session = session;
    this.reason = reason;
  }

  @Override
  public Optional<String> withoutGuest() {
    return Optional.of(reason);
  }

  private SnapshotException refused() {
    return new SnapshotException("There is no guest: " + reason);
  }

  @Override
  public LiveSample live() {
    LiveSample none = LiveSample.NONE;
    return new LiveSample(
        RunState.ENDED,
        Duration.ZERO,
        Optional.empty(),
        false,
        none.saving(),
        0,
        0,
        0,
        0,
        false,
        false,
        false,
        session.sizeBytes(),
        session.budgetBytes());
  }

  @Override
  public void run() throws SnapshotException {
    throw refused();
  }

  @Override
  public void pause() throws SnapshotException {
    throw refused();
  }

  @Override
  public void reset() throws SnapshotException {
    throw refused();
  }

  @Override
  public Node snapshot(String label, Progress progress) throws SnapshotException {
    throw refused();
  }

  @Override
  public RevertDone revert(NodeId node, boolean invertRunState, Progress progress)
      throws SnapshotException {
    throw refused();
  }

  @Override
  public RevertDone undo(Progress progress) throws SnapshotException {
    throw refused();
  }

  @Override
  public RevertDone back(Progress progress) throws SnapshotException {
    throw refused();
  }

  @Override
  public RevertDone forward(Progress progress) throws SnapshotException {
    throw refused();
  }

  @Override
  public MonitorAnswer monitor(String line) throws SnapshotException {
    throw refused();
  }

  @Override
  public boolean takesAutoSnapshots() {
    return false;
  }

  @Override
  public void autoSnapshots(Optional<Duration> every) {
    // nothing changes by itself
  }

  @Override
  public ThinningPreview thinningPreview() throws SnapshotException {
    return ThinningPreview.of(session, Set.of());
  }

  @Override
  public Thinned thinOut(ThinningPreview preview) throws SnapshotException {
    int nodes = session.thin(preview.rule(), preview.staying(session.timeline())).size();
    return new Thinned(nodes, session.giveRoomBack());
  }

  @Override
  public void type(byte[] bytes) {
    // nobody is there to read it
  }

  @Override
  public void onConsole(ConsoleOutput output) {
    // nothing is printed any more
  }

  /** Where the last node was taken, as nothing came after it. */
  @Override
  public Node.ConsoleOffset consoleNow() {
    return session
        .livePosition()
        .flatMap(session.timeline()::find)
        .or(() -> session.timeline().nodes().stream().reduce((older, newer) -> newer))
        .map(Node::console)
        .orElse(new Node.ConsoleOffset(1, 0));
  }

  @Override
  public Optional<Path> screenSocket() {
    return Optional.empty();
  }

  @Override
  public PageSource liveRam() {
    return (page, into) -> {
      throw refused();
    };
  }

  @Override
  public Optional<StateTree> liveState() {
    return Optional.empty();
  }

  /** There is none to keep. */
  @Override
  public Optional<NodeId> keepPresent(Progress progress) {
    return Optional.empty();
  }

  @Override
  public void abandon() throws SnapshotException {
    session.close();
  }

  @Override
  public void close() throws SnapshotException {
    session.close();
  }
}
