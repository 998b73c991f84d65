package dev.marey.workbench.engine;

import dev.marey.diff.NodeRam;
import dev.marey.diff.PageSource;
import dev.marey.diff.RamPair;
import dev.marey.machine.RamLayout;
import dev.marey.machine.RunState;
import dev.marey.machine.console.MonitorAnswer;
import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.AutoSnapshots;
import dev.marey.snapshot.DiskState;
import dev.marey.snapshot.LiveGuest;
import dev.marey.snapshot.LiveListener;
import dev.marey.snapshot.LiveStatus;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeContent;
import dev.marey.snapshot.NodeExport;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Revert;
import dev.marey.snapshot.RunAfter;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SessionListener;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Tags;
import dev.marey.snapshot.ThinningPreview;
import dev.marey.snapshot.Timeline;
import dev.marey.snapshot.bundle.BundleWriter;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.session.RevertDone;
import dev.marey.workbench.session.Thinned;
import dev.marey.workbench.tasks.Progress;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A session of the engine with its live guest.
 *
 * <p>Threading: any.
 */
final class EngineSession implements OpenSession {

  private static final int PAGES_BETWEEN_NEWS = 512;

  private final Session session;
  private final LiveGuest guest;
  private final EngineWait waiting;
  private volatile Optional<NodeId> lastDeleted = Optional.empty();

  EngineSession(Session session, LiveGuest guest) {
    this.session = session;
    this.guest = guest;
    this.waiting = new EngineWait(guest::status);
  }

  @Override
  public String name() {
    return String.valueOf(session.path().getFileName());
  }

  @Override
  public Path folder() {
    return session.path();
  }

  @Override
  public Timeline timeline() {
    return session.timeline();
  }

  @Override
  public Node find(String idOrLabel) throws SnapshotException {
    return session.resolve(idOrLabel);
  }

  @Override
  public List<String> notices() {
    return session.guest().notices();
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
    session.addListener(
        new SessionListener() {
          @Override
          public void nodeAdded(Node node) {
            listener.timelineChanged();
          }

          @Override
          public void nodeChanged(Node node) {
            listener.timelineChanged();
          }

          @Override
          public void nodeRemoved(Node node) {
            listener.timelineChanged();
          }

          @Override
          public void problem(String text) {
            listener.problem(text);
          }
        });
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
    session.problems().forEach(text -> listener.problem(text));
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
  public void mark(NodeId node, String label, String note, boolean pinned)
      throws SnapshotException {
    Node before = session.resolve(node.toString());
    if (!before.label().equals(label)) {
      session.rename(node, label);
    }
    if (!before.note().equals(note)) {
      session.note(node, note);
    }
    if (before.pinned() != pinned) {
      session.pin(node, pinned);
    }
  }

  @Override
  public void tag(NodeId node, Tags tags) throws SnapshotException {
    session.tag(node, tags);
  }

  @Override
  public NodeExport.Exported export(NodeId node, NodeExport.Form form, Path file, Progress progress)
      throws SnapshotException {
    return new NodeExport(session, node)
        .write(
            form,
            file,
            (page, pageCount) -> {
              if (page % PAGES_BETWEEN_NEWS == 0) {
                progress.update((double) page / pageCount, "");
              }
              if (progress.cancelled()) {
                throw new InterruptedIOException("it was called off");
              }
            });
  }

  @Override
  public int bundle(List<NodeId> nodes, Path file, Progress progress) throws SnapshotException {
    try {
      return BundleWriter.write(
              session, nodes, file, (done, of) -> Cancelling.turn(progress, done, of, ""))
          .size();
    } catch (SnapshotException e) {
      throw Cancelling.orFailed(progress, e);
    }
  }

  @Override
  public void delete(NodeId node) throws SnapshotException {
    session.delete(node);
    lastDeleted = Optional.of(node);
  }

  @Override
  public Optional<Node> undoDelete() throws SnapshotException {
    Optional<NodeId> wanted =
        lastDeleted
            .filter(id -> session.deletedNodes().stream().anyMatch(n -> n.id().equals(id)))
            .or(() -> session.deletedNodes().stream().map(Node::id).findFirst());
    return wanted.isEmpty() ? Optional.empty() : Optional.of(session.undoDelete(wanted.get()));
  }

  @Override
  public String guestKey() {
    return GuestText.key(session.guest());
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
  public void setBudget(long bytes) throws SnapshotException {
    session.setBudget(bytes);
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
  public byte[] transcript(Node.ConsoleOffset upTo) throws SnapshotException {
    return session.transcript(upTo);
  }

  @Override
  public long transcriptBytes(Node.ConsoleOffset upTo) throws SnapshotException {
    return session.transcriptBytes(upTo);
  }

  @Override
  public Optional<RamLayout> ramLayout() {
    return Optional.of(session.ramLayout());
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
  public PageSource ramOf(NodeId node) throws SnapshotException {
    NodeContent content = session.content(node);
    return (page, into) -> content.readPage(page, ByteBuffer.wrap(into));
  }

  @Override
  public RamPair ramOf(NodeId a, NodeId b) throws SnapshotException {
    return new NodeRam(session.content(a), session.content(b));
  }

  @Override
  public List<DiskState> disksOf(NodeId node) throws SnapshotException {
    return DiskState.of(session.guest().disks(), session.content(node).maps());
  }

  @Override
  public StateTree stateOf(NodeId node) throws SnapshotException {
    return session.content(node).stateTree();
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
