package dev.marey.workbench.engine;

import dev.marey.diff.FieldHistory;
import dev.marey.diff.NodeRam;
import dev.marey.diff.PageHistory;
import dev.marey.diff.PageSource;
import dev.marey.diff.RamPair;
import dev.marey.machine.RamLayout;
import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.DiskState;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeContent;
import dev.marey.snapshot.NodeExport;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SessionListener;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Tags;
import dev.marey.snapshot.Timeline;
import dev.marey.snapshot.bundle.BundleWriter;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.tasks.Progress;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * What the folder of a session knows, whether or not its guest runs.
 *
 * <p>Threading: any.
 */
abstract class StoredSession implements OpenSession {

  private static final int PAGES_BETWEEN_NEWS = 512;

  private final Session session;
  private volatile Optional<NodeId> lastDeleted = Optional.empty();

  StoredSession(Session session) {
    this.session = session;
  }

  /** Also tells at once what was found when the session was opened. */
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
    session.problems().forEach(text -> listener.problem(text));
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
  public void setBudget(long bytes) throws SnapshotException {
    session.setBudget(bytes);
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
  public PageSource ramOf(NodeId node) throws SnapshotException {
    NodeContent content = session.content(node);
    return (page, into) -> content.readPage(page, ByteBuffer.wrap(into));
  }

  @Override
  public RamPair ramOf(NodeId a, NodeId b) throws SnapshotException {
    return new NodeRam(session.content(a), session.content(b));
  }

  @Override
  public PageHistory historyOf(NodeId a, NodeId b) throws SnapshotException {
    return PageHistory.before(session.timeline(), a, b, session::content);
  }

  @Override
  public FieldHistory fieldHistoryOf(NodeId a, NodeId b, Progress progress) {
    return FieldHistory.before(session.timeline(), a, b, this::stateOf, asked(progress))
        .orElseThrow(CancellationException::new);
  }

  private static dev.marey.diff.Progress asked(Progress progress) {
    return new dev.marey.diff.Progress() {
      @Override
      public void at(int done, int total) {
        progress.update((double) done / total, "looking what usually changes");
      }

      @Override
      public boolean cancelled() {
        return progress.cancelled();
      }
    };
  }

  @Override
  public List<DiskState> disksOf(NodeId node) throws SnapshotException {
    return DiskState.of(session.guest().disks(), session.content(node).maps());
  }

  @Override
  public StateTree stateOf(NodeId node) throws SnapshotException {
    return session.content(node).stateTree();
  }
}
