package dev.marey.snapshot;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.RamLayout;
import dev.marey.machine.RunState;
import dev.marey.snapshot.Node.ConsoleOffset;
import dev.marey.snapshot.disk.DiskImages;
import dev.marey.snapshot.session.BudgetFile;
import dev.marey.snapshot.session.GuestFiles;
import dev.marey.snapshot.session.SessionFolder;
import dev.marey.snapshot.session.TranscriptWriter;
import dev.marey.snapshot.store.PageStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An open session: its timeline, what its nodes contain, and the ways to change them. Needs no
 * machine.
 *
 * <p>A node is durable when it is {@link NodeState#COMPLETE}. A deleted node can be brought back
 * until the session closes; a crash before that brings it back too.
 *
 * <p>Threading: any ({@link SessionChanges} orders the locks). {@link #timeline()} never waits;
 * {@link #begin} does not wait for the disk's sync; the other changes do. No lock is held while
 * listeners are called.
 */
public final class Session implements AutoCloseable {

  /** Room on disk that a session may take when nobody has said otherwise: 5 GB. */
  public static final long DEFAULT_BUDGET_BYTES = 5_000_000_000L;

  private final SessionFiles files;
  private final SessionNews news;
  private final NodeTree tree;
  private final SessionChanges changes;
  private final SavedPresent present;
  private final Drafts drafts;
  private final Marks marks;
  private final Bin bin;
  private final Thinning thinning;
  private final DiskImages images;
  private final HeldMaps held = new HeldMaps();
  private final Budget budget;
  private final Sweep sweep;

  private Session(SessionFiles files, NodeTree tree, SessionNews news) {
    this.files = files;
    this.news = news;
    this.tree = tree;
    this.changes = new SessionChanges(files.folder().path(), files.folder().writable(), news);
    this.present = new SavedPresent(files.folder(), tree);
    this.budget = Budget.read(changes, new BudgetFile(files.folder()), news);
    this.drafts = new Drafts(changes, files, tree, present, news);
    this.marks = new Marks(changes, files, tree);
    Removal removal = new Removal(files, tree, present);
    this.bin = new Bin(changes, files, tree, removal);
    this.thinning = new Thinning(changes, tree, removal);
    this.sweep = new Sweep(changes, files, tree, held);
    this.images = new DiskImages(guest().disks(), guest().qemu());
  }

  /** Makes a session in a folder that does not exist or is empty. */
  public static Session create(Path path, GuestDefinition guest) throws SnapshotException {
    return opened(SessionFolder.create(path, guest));
  }

  /**
   * Opens an existing session; {@link #problems()} names what was lost or damaged.
   *
   * @throws SnapshotException if it is missing, in use, not a session, of a newer format, or cannot
   *     be written
   */
  public static Session open(Path path) throws SnapshotException {
    return opened(SessionFolder.open(path));
  }

  /**
   * Opens an existing session to read it: not one file in it is changed, and it may lie where
   * nobody can write. What would change it is refused.
   *
   * @throws SnapshotException if it is missing, being written by somebody, not a session, or of a
   *     newer format
   */
  public static Session openReadOnly(Path path) throws SnapshotException {
    return opened(SessionFolder.openReadOnly(path));
  }

  private static Session opened(SessionFolder folder) throws SnapshotException {
    SessionFiles files = SessionFiles.open(folder);
    try {
      SessionNews news = new SessionNews();
      Session session = new Session(files, NodeTree.read(files, news), news);
      news.keepProblems(changedFiles(folder));
      if (folder.writable()) {
        session.savePresentAtOpening();
      }
      return session;
    } catch (SnapshotException | RuntimeException e) {
      files.closeAfter(e);
      throw e;
    }
  }

  /** What they were is for people; without it everything works. */
  private static List<String> changedFiles(SessionFolder folder) {
    try {
      return GuestFiles.read(folder).changes();
    } catch (SnapshotException e) {
      return List.of(
          "What the guest's files were is not known any more. " + String.valueOf(e.getMessage()));
    }
  }

  /** On a full disk a session opens too: room is made by deleting nodes of it. */
  private void savePresentAtOpening() {
    try {
      boolean unused =
          changes.inTurn(
              () -> {
                present.save();
                return true;
              });
    } catch (SnapshotException e) {
      news.keepProblems(
          List.of(
              "Where the present stands could not be noted: " + String.valueOf(e.getMessage())));
    }
  }

  /** The tree of nodes at this moment. */
  public Timeline timeline() {
    return tree.timeline();
  }

  public Path path() {
    return files.folder().path();
  }

  public GuestDefinition guest() {
    return files.folder().guest();
  }

  /** Where RAM lies in the guest's address space. */
  public RamLayout ramLayout() {
    return files.folder().ramLayout();
  }

  /** Keeps what a machine of this guest told about its memory. */
  public void saveRamLayout(RamLayout layout) throws SnapshotException {
    boolean unused =
        changes.inTurn(
            () -> {
              if (!layout.equals(ramLayout())) {
                files.folder().saveRamLayout(layout);
              }
              return true;
            });
  }

  /** Pages of the guest's RAM. */
  public int pageCount() {
    return files.folder().pageCount();
  }

  /** The images of the disks that the guest writes. */
  public DiskImages diskImages() {
    return images;
  }

  /** Where the pages of all nodes are. */
  public PageStore pages() {
    return files.pages();
  }

  /**
   * Room the session takes on disk: the length of all its files without holes, in bytes. Deleted
   * nodes count until the session closes, and pages that were put but not yet written (512 KiB at
   * the most) do not.
   *
   * <p>Never waits and reads no disk, so it may be sampled at any rate.
   */
  public long sizeBytes() {
    return files.sizeBytes();
  }

  /** Room on disk that the session may take before automatic nodes stop, in bytes. */
  public long budgetBytes() {
    return budget.bytes();
  }

  /** Sets {@link #budgetBytes}; the session remembers it. */
  public void setBudget(long bytes) throws SnapshotException {
    budget.set(bytes);
  }

  /** What was lost or damaged when the session was opened, and what was reported since. */
  public List<String> problems() {
    return news.problems();
  }

  public void addListener(SessionListener listener) {
    news.addListener(listener);
  }

  public void removeListener(SessionListener listener) {
    news.removeListener(listener);
  }

  /**
   * The node that a person means.
   *
   * @param idOrLabel {@code S12} or a label that only one node has
   */
  public Node resolve(String idOrLabel) throws SnapshotException {
    return NodeNames.resolve(timeline(), idOrLabel);
  }

  /** RAM and device state of a complete or damaged node. */
  public NodeContent content(NodeId id) throws SnapshotException {
    Node node = tree.existing(id);
    if (node.state() == NodeState.SAVING || node.state() == NodeState.FAILED) {
      throw new SnapshotException(
          "Could not read node "
              + id
              + ": it "
              + (node.state() == NodeState.SAVING
                  ? "is still being saved. Wait until it is complete."
                  : "was not saved (" + node.reason() + "). Choose another node."));
    }
    NodeMaps maps = files.load(id);
    held.handOut(maps);
    // One that went while they were read: its pages may have gone before they were held.
    Node unused = tree.existing(id);
    return new NodeContent(id, maps, ramLayout(), files.pages(), files.states(), tree.shape(id));
  }

  /**
   * Begins a node, which is in the timeline from now on.
   *
   * @param parent the node the guest ran on from; empty for the first
   * @param label what a person called it, or nothing
   */
  public NodeDraft begin(
      Optional<NodeId> parent,
      String label,
      Node.Origin origin,
      Instant takenAt,
      Duration guestTime,
      RunState runState,
      ConsoleOffset console)
      throws SnapshotException {
    return drafts.begin(
        parent,
        (id, lane) ->
            new Node(
                id,
                parent,
                label,
                "",
                false,
                Tags.NONE,
                origin,
                NodeState.SAVING,
                "",
                takenAt,
                guestTime,
                runState,
                lane,
                console,
                CaptureFigures.NONE));
  }

  /**
   * Begins a node as another session has it, with its id.
   *
   * @param like its parent is in this session; its id is higher than all there were here
   * @param console where it lies in a transcript of this session
   */
  public NodeDraft beginAgain(Node like, ConsoleOffset console) throws SnapshotException {
    return drafts.beginAgain(like, console);
  }

  /** The node that the present runs on from; empty before the first one. */
  public Optional<NodeId> livePosition() {
    return tree.livePosition();
  }

  /**
   * Says which node the present runs on from. As long as that one is being saved, its nearest
   * complete ancestor is what the next opening starts from. If it has failed, or fails later, the
   * present runs on from its parent.
   */
  public void setLivePosition(NodeId node) throws SnapshotException {
    boolean unused =
        changes.inTurn(
            () -> {
              tree.setLivePosition(tree.existing(node));
              present.saveIfMoved();
              return true;
            });
  }

  public Node rename(NodeId id, String label) throws SnapshotException {
    return marks.rename(id, label);
  }

  public Node note(NodeId id, String note) throws SnapshotException {
    return marks.note(id, note);
  }

  public Node tag(NodeId id, Tags tags) throws SnapshotException {
    return marks.tag(id, tags);
  }

  public Node pin(NodeId id, boolean pinned) throws SnapshotException {
    return marks.pin(id, pinned);
  }

  /** Takes a complete node out of the timeline, or dismisses a failed one. */
  public void delete(NodeId id) throws SnapshotException {
    bin.delete(id);
  }

  /** Deleted nodes that {@link #undoDelete} can bring back. */
  public Collection<Node> deletedNodes() {
    return tree.deleted();
  }

  /** Brings a deleted node back. */
  public Node undoDelete(NodeId id) throws SnapshotException {
    return bin.undo(id);
  }

  /**
   * Automatic nodes that {@link #thin} would remove.
   *
   * @param keep nodes that stay whatever the rule says; those the present runs on from stay anyway
   */
  public List<NodeId> thinningPlan(ThinningRule rule, Set<NodeId> keep) {
    return thinning.plan(rule, keep);
  }

  /**
   * Removes automatic nodes for good; what ran on from them hangs on what they ran on from.
   *
   * @return the nodes that are gone
   */
  public List<NodeId> thin(ThinningRule rule, Set<NodeId> keep) throws SnapshotException {
    return thinning.thin(rule, keep);
  }

  /**
   * Gives the room of everything back that no node needs, while the session is used: captures,
   * reverts and reading go on. Deleted nodes keep what they need until the session closes.
   *
   * @return bytes of the page store that were given back
   */
  public long giveRoomBack() throws SnapshotException {
    return sweep.run();
  }

  /** About how many bytes of disk some nodes take that no other node needs. */
  public long bytesOf(Collection<NodeId> nodes) throws SnapshotException {
    return sweep.bytesOf(nodes);
  }

  /** Somebody reads pages by maps of his own. */
  void addHolder(HeldMaps.Holder holder) {
    held.add(holder);
  }

  void removeHolder(HeldMaps.Holder holder) {
    held.remove(holder);
  }

  /**
   * Begins a console transcript for a machine.
   *
   * @param from position in an earlier transcript that it goes on from; empty for a guest that
   *     boots
   */
  public TranscriptWriter beginTranscript(Optional<ConsoleOffset> from) throws SnapshotException {
    return changes.beside(() -> files.transcripts().begin(from));
  }

  /** All console output from the start of the guest up to a position, across branches. */
  public byte[] transcript(ConsoleOffset upTo) throws SnapshotException {
    return files.transcripts().read(upTo);
  }

  /**
   * Length of that transcript in bytes. For a node that the position descends from, this is where
   * in the position's transcript the node was taken.
   */
  public long transcriptBytes(ConsoleOffset upTo) throws SnapshotException {
    return files.transcripts().lengthBytes(upTo);
  }

  /**
   * Reads everything of every complete node back. Nodes with damage become {@link
   * NodeState#DAMAGED}, healed ones complete again. Nodes that were left out when the session was
   * opened, because nothing is known of them any more, are among the damages too.
   *
   * @param progress told after each node; may be called from this thread only
   */
  public List<SessionDamage> verify(SessionCheck.Progress progress) {
    return new SessionCheck(files, tree, news).run(progress);
  }

  /** The same, to the end. */
  public List<SessionDamage> verify() {
    return verify((done, total) -> true);
  }

  /**
   * Removes deleted nodes for good, with the pages that only they have, and gives the folder free.
   * Nodes still being saved are lost, so end captures first.
   */
  @Override
  public void close() throws SnapshotException {
    changes.close(
        () -> {
          try {
            if (files.folder().writable()) {
              bin.empty();
            }
          } finally {
            images.close();
            files.close();
          }
        });
  }
}
