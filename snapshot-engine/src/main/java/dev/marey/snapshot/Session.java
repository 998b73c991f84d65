package dev.marey.snapshot;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.RamLayout;
import dev.marey.machine.RunState;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateDescription;
import dev.marey.snapshot.Node.ConsoleOffset;
import dev.marey.snapshot.session.NodeFiles;
import dev.marey.snapshot.session.PageMapFiles;
import dev.marey.snapshot.session.SessionFolder;
import dev.marey.snapshot.session.SessionFolder.Present;
import dev.marey.snapshot.session.StateFiles;
import dev.marey.snapshot.session.TranscriptWriter;
import dev.marey.snapshot.session.Transcripts;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An open session: its timeline, what its nodes contain, and the ways to change them. Needs no
 * machine.
 *
 * <p>A node is durable when it is {@link NodeState#COMPLETE}. A deleted node can be brought back
 * until the session closes; a crash before that brings it back too.
 *
 * <p>Threading: any. {@link #timeline()} never waits; {@link #begin} waits for memory alone, not
 * for the disk's sync; the other changes sync the disk. No lock is held while listeners are called.
 */
public final class Session implements AutoCloseable {

  private final SessionFolder folder;
  private final PageStore pages;
  private final NodeFiles nodeFiles;
  private final PageMapFiles mapFiles;
  private final StateFiles stateFiles;
  private final Transcripts transcripts;
  private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();

  /** Order of changes on disk; taken before {@link #lock}. */
  private final ReentrantLock diskLock = new ReentrantLock();

  /** Guards the fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile Timeline timeline = Timeline.EMPTY;
  private final Map<NodeId, Optional<String>> shapes = new HashMap<>();
  private final TreeMap<NodeId, Node> deleted = new TreeMap<>();
  private Optional<NodeId> livePosition = Optional.empty();
  private Lanes lanes = new Lanes(0);
  private int nextNode = 1;
  private boolean closed;

  /** Guarded by diskLock. */
  private Optional<NodeId> savedPosition = Optional.empty();

  private Session(SessionFolder folder, PageStore pages) {
    this.folder = folder;
    this.pages = pages;
    this.nodeFiles = new NodeFiles(folder);
    this.mapFiles = new PageMapFiles(folder);
    this.stateFiles = new StateFiles(folder);
    this.transcripts = new Transcripts(folder);
  }

  /** Makes a session in a folder that does not exist or is empty. */
  public static Session create(Path path, GuestDefinition guest) throws SnapshotException {
    return opened(SessionFolder.create(path, guest));
  }

  /**
   * Opens an existing session; {@link #problems()} names what was lost or damaged.
   *
   * @throws SnapshotException if it is missing, in use, not a session, or of a newer format
   */
  public static Session open(Path path) throws SnapshotException {
    return opened(SessionFolder.open(path));
  }

  private static Session opened(SessionFolder folder) throws SnapshotException {
    try {
      PageStore pages = PageStore.open(folder.path().resolve("pages"), folder.id());
      Session session = new Session(folder, pages);
      session.readNodes();
      return session;
    } catch (SnapshotException e) {
      folder.close();
      throw e;
    }
  }

  private void readNodes() throws SnapshotException {
    NodeFiles.Found found = nodeFiles.findAll();
    problems.addAll(found.problems());
    List<Node> nodes = new ArrayList<>(found.failed());
    int highestRef = 0;
    for (NodeFiles.Stored stored : found.complete()) {
      nodes.add(stored.node());
      shapes.put(stored.node().id(), stored.shape());
      highestRef = Math.max(highestRef, stored.highestRef());
    }
    pages.reserve(highestRef);
    timeline = Timeline.of(nodes);
    Optional<Present> present = Optional.empty();
    try {
      present = folder.present();
    } catch (SnapshotException e) {
      problems.add("Where the session stood is lost: " + e.getMessage());
    }
    int highestLane = nodes.stream().mapToInt(Node::lane).max().orElse(-1);
    lanes = new Lanes(Math.max(present.map(Present::nextLane).orElse(0), highestLane + 1));
    nextNode = Math.max(present.map(Present::nextNode).orElse(1), found.highestNode() + 1);
    livePosition = present.flatMap(Present::parent).filter(this::isStored);
    if (livePosition.isEmpty()) {
      livePosition =
          found.complete().stream()
              .map(stored -> stored.node().id())
              .max(Comparator.naturalOrder());
    }
    savePresent();
  }

  // --- What there is

  /** The tree of nodes at this moment. */
  public Timeline timeline() {
    return timeline;
  }

  public Path path() {
    return folder.path();
  }

  public GuestDefinition guest() {
    return folder.guest();
  }

  /** Where RAM lies in the guest's address space. */
  public RamLayout ramLayout() {
    return folder.ramLayout();
  }

  /** Keeps what a machine of this guest told about its memory. */
  public void saveRamLayout(RamLayout layout) throws SnapshotException {
    if (!layout.equals(folder.ramLayout())) {
      folder.saveRamLayout(layout);
    }
  }

  /** Pages of the guest's RAM. */
  public int pageCount() {
    return folder.pageCount();
  }

  /** Where the pages of all nodes are. */
  public PageStore pages() {
    return pages;
  }

  /** What was lost or damaged when the session was opened, and what was reported since. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  public void addListener(SessionListener listener) {
    listeners.add(listener);
  }

  public void removeListener(SessionListener listener) {
    listeners.remove(listener);
  }

  /**
   * The node that a person means.
   *
   * @param idOrLabel {@code S12} or a label that only one node has
   */
  public Node resolve(String idOrLabel) throws SnapshotException {
    return NodeNames.resolve(timeline, idOrLabel);
  }

  /** RAM and device state of a complete or damaged node. */
  public NodeContent content(NodeId id) throws SnapshotException {
    Node node = existing(id);
    if (node.state() == NodeState.SAVING || node.state() == NodeState.FAILED) {
      throw new SnapshotException(
          "Could not read node "
              + id
              + ": it "
              + (node.state() == NodeState.SAVING
                  ? "is still being saved. Wait until it is complete."
                  : "was not saved (" + node.reason() + "). Choose another node."));
    }
    Optional<String> shape;
    lock.lock();
    try {
      shape = shapes.getOrDefault(id, Optional.empty());
    } finally {
      lock.unlock();
    }
    return new NodeContent(id, mapFiles.load(id), folder.ramLayout(), pages, stateFiles, shape);
  }

  // --- A new node

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
    Node node;
    lock.lock();
    try {
      checkOpen();
      List<Node> all = new ArrayList<>(timeline.nodes());
      all.addAll(deleted.values());
      Optional<Node> from =
          parent.flatMap(id -> all.stream().filter(n -> n.id().equals(id)).findFirst());
      node =
          new Node(
              new NodeId(nextNode++),
              parent,
              label,
              "",
              false,
              origin,
              NodeState.SAVING,
              "",
              takenAt,
              guestTime,
              runState,
              lanes.laneFor(from, all),
              console,
              CaptureFigures.NONE);
      timeline = timeline.with(node);
    } finally {
      lock.unlock();
    }
    try {
      nodeFiles.saveBegun(node);
    } catch (SnapshotException e) {
      // Only the naming of its loss depends on this file; a full disk shows itself when pages are
      // put, with a better chance to say so.
      report("The start of node " + node.id() + " could not be noted: " + e.getMessage());
    }
    tell(listener -> listener.nodeAdded(node));
    return new NodeDraft(this, node.id());
  }

  Node complete(
      NodeId id,
      PageMap pageMap,
      DeviceState deviceState,
      Optional<StateDescription> description,
      CaptureFigures figures)
      throws SnapshotException {
    checkSaving(id);
    try {
      pages.force();
      transcripts.force();
      if (description.isPresent()) {
        stateFiles.saveShape(description.get());
      }
      stateFiles.save(id, deviceState);
      int highestRef = mapFiles.save(id, pageMap, existing(id).parent().filter(this::hasMap));
      Optional<String> shape = description.map(StateDescription::digest);
      Node complete;
      diskLock.lock();
      try {
        complete = existing(id).withState(NodeState.COMPLETE, "").withFigures(figures);
        nodeFiles.saveComplete(new NodeFiles.Stored(complete, shape, highestRef));
        lock.lock();
        try {
          shapes.put(id, shape);
          timeline = timeline.with(complete);
        } finally {
          lock.unlock();
        }
        savePresentIfMoved();
      } finally {
        diskLock.unlock();
      }
      tell(listener -> listener.nodeChanged(complete));
      return complete;
    } catch (SnapshotException e) {
      if (existing(id).state() == NodeState.SAVING) {
        fail(id, e.getMessage());
      }
      throw e;
    }
  }

  Node fail(NodeId id, String reason) {
    Node failed;
    diskLock.lock();
    try {
      failed = existingOrThrow(id).withState(NodeState.FAILED, reason);
      replace(failed);
    } finally {
      diskLock.unlock();
    }
    try {
      nodeFiles.saveFailed(failed);
    } catch (SnapshotException e) {
      report("The failure of node " + id + " could not be noted: " + e.getMessage());
    }
    tell(listener -> listener.nodeChanged(failed));
    return failed;
  }

  // --- Where the present is

  /** The node that the present runs on from; empty before the first one. */
  public Optional<NodeId> livePosition() {
    lock.lock();
    try {
      return livePosition;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says which node the present runs on from. As long as that one is being saved, its nearest
   * complete ancestor is what the next opening starts from.
   */
  public void setLivePosition(NodeId node) throws SnapshotException {
    existing(node);
    lock.lock();
    try {
      livePosition = Optional.of(node);
    } finally {
      lock.unlock();
    }
    diskLock.lock();
    try {
      savePresentIfMoved();
    } finally {
      diskLock.unlock();
    }
  }

  private Optional<NodeId> durablePosition() {
    return livePosition().stream()
        .flatMap(id -> timeline.ancestry(id).stream())
        .map(Node::id)
        .filter(this::isStored)
        .findFirst();
  }

  private void savePresentIfMoved() throws SnapshotException {
    if (!durablePosition().equals(savedPosition)) {
      savePresent();
    }
  }

  private void savePresent() throws SnapshotException {
    Optional<NodeId> position = durablePosition();
    Present present;
    lock.lock();
    try {
      present = new Present(position, nextNode, lanes.next());
    } finally {
      lock.unlock();
    }
    folder.savePresent(present);
    savedPosition = position;
  }

  // --- Marks

  public Node rename(NodeId id, String label) throws SnapshotException {
    return mark(id, node -> node.withMarks(label.strip(), node.note(), node.pinned()));
  }

  public Node note(NodeId id, String note) throws SnapshotException {
    return mark(id, node -> node.withMarks(node.label(), note, node.pinned()));
  }

  public Node pin(NodeId id, boolean pinned) throws SnapshotException {
    return mark(id, node -> node.withMarks(node.label(), node.note(), pinned));
  }

  private Node mark(NodeId id, UnaryOperator<Node> change) throws SnapshotException {
    Node marked;
    diskLock.lock();
    try {
      marked = change.apply(existing(id));
      // A node that is being saved takes its marks along when it becomes complete.
      if (isStored(id)) {
        nodeFiles.saveMarks(marked);
      } else if (marked.state() == NodeState.FAILED) {
        nodeFiles.saveFailed(marked);
      }
      replace(marked);
    } finally {
      diskLock.unlock();
    }
    tell(listener -> listener.nodeChanged(marked));
    return marked;
  }

  // --- Deleting

  /** Takes a complete node out of the timeline, or dismisses a failed one. */
  public void delete(NodeId id) throws SnapshotException {
    Node node;
    diskLock.lock();
    try {
      node = existing(id);
      if (node.state() == NodeState.SAVING) {
        throw new SnapshotException(
            "Could not delete " + id + ": it is still being saved. Wait until it is complete.");
      }
      if (livePosition().equals(Optional.of(id))) {
        throw new SnapshotException(
            "Could not delete "
                + id
                + ": the present runs on from it. Take a snapshot or go to another node first.");
      }
      if (node.state() == NodeState.FAILED) {
        savePresent();
        nodeFiles.delete(id);
        stateFiles.delete(id);
      }
      lock.lock();
      try {
        timeline = timeline.without(id);
        if (node.state() != NodeState.FAILED) {
          deleted.put(id, node);
        }
      } finally {
        lock.unlock();
      }
    } finally {
      diskLock.unlock();
    }
    tell(listener -> listener.nodeRemoved(node));
  }

  /** Deleted nodes that {@link #undoDelete} can bring back. */
  public Collection<Node> deletedNodes() {
    lock.lock();
    try {
      return List.copyOf(deleted.values());
    } finally {
      lock.unlock();
    }
  }

  /** Brings a deleted node back. */
  public Node undoDelete(NodeId id) throws SnapshotException {
    Node node;
    lock.lock();
    try {
      checkOpen();
      node = deleted.remove(id);
      if (node == null) {
        throw new SnapshotException(
            "Could not bring back "
                + id
                + ": it is not among the nodes deleted since the session"
                + " was opened.");
      }
      timeline = timeline.with(node);
    } finally {
      lock.unlock();
    }
    Node back = node;
    tell(listener -> listener.nodeAdded(back));
    return back;
  }

  // --- Console

  /**
   * Begins a console transcript for a machine.
   *
   * @param from position in an earlier transcript that it goes on from; empty for a guest that
   *     boots
   */
  public TranscriptWriter beginTranscript(Optional<ConsoleOffset> from) throws SnapshotException {
    return transcripts.begin(from);
  }

  /** All console output from the start of the guest up to a position, across branches. */
  public byte[] transcript(ConsoleOffset upTo) throws SnapshotException {
    return transcripts.read(upTo);
  }

  // --- Checking

  /**
   * Reads everything of every complete node back. Nodes with damage become {@link
   * NodeState#DAMAGED}, healed ones complete again.
   *
   * @param progress told after each node; may be called from this thread only
   */
  public List<SessionDamage> verify(SessionCheck.Progress progress) {
    List<Node> nodes = timeline.nodes().stream().filter(node -> isStored(node.id())).toList();
    Map<NodeId, Optional<String>> known;
    lock.lock();
    try {
      known = Map.copyOf(shapes);
    } finally {
      lock.unlock();
    }
    SessionCheck check = new SessionCheck(pages, mapFiles, stateFiles);
    List<SessionDamage> damages = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      NodeId id = nodes.get(i).id();
      List<SessionDamage> found = check.damageOf(id, known.getOrDefault(id, Optional.empty()));
      damages.addAll(found);
      setDamage(id, found);
      if (!progress.checked(i + 1, nodes.size())) {
        break;
      }
    }
    return damages;
  }

  /** The same, to the end. */
  public List<SessionDamage> verify() {
    return verify((done, total) -> true);
  }

  private void setDamage(NodeId id, List<SessionDamage> damages) {
    Node changed;
    lock.lock();
    try {
      Optional<Node> node = timeline.find(id);
      NodeState state = damages.isEmpty() ? NodeState.COMPLETE : NodeState.DAMAGED;
      if (node.isEmpty() || node.get().state() == state) {
        return;
      }
      String reason =
          damages.isEmpty()
              ? ""
              : damages.size() == 1
                  ? damages.get(0).reason()
                  : damages.get(0).reason() + " (and " + (damages.size() - 1) + " more)";
      changed = node.get().withState(state, reason);
      timeline = timeline.with(changed);
    } finally {
      lock.unlock();
    }
    tell(listener -> listener.nodeChanged(changed));
  }

  // --- The end

  /**
   * Removes deleted nodes for good and gives the folder free. Nodes still being saved are lost, so
   * end captures first.
   */
  @Override
  public void close() throws SnapshotException {
    diskLock.lock();
    try {
      List<NodeId> gone;
      lock.lock();
      try {
        if (closed) {
          return;
        }
        closed = true;
        gone = List.copyOf(deleted.keySet());
        deleted.clear();
      } finally {
        lock.unlock();
      }
      try {
        removeForGood(gone);
      } finally {
        closeFiles();
      }
    } finally {
      diskLock.unlock();
    }
  }

  private void closeFiles() throws SnapshotException {
    try {
      transcripts.close();
    } finally {
      try {
        pages.close();
      } finally {
        folder.close();
      }
    }
  }

  private void removeForGood(List<NodeId> gone) throws SnapshotException {
    savePresent();
    for (NodeId id : gone) {
      nodeFiles.delete(id);
      stateFiles.delete(id);
    }
    if (!gone.isEmpty()) {
      mapFiles.keepOnly(timeline.nodes().stream().map(Node::id).filter(this::isStored).toList());
    }
  }

  // --- Small things

  private boolean isStored(NodeId id) {
    return timeline
        .find(id)
        .filter(n -> n.state() == NodeState.COMPLETE || n.state() == NodeState.DAMAGED)
        .isPresent();
  }

  private boolean hasMap(NodeId id) {
    lock.lock();
    try {
      return shapes.containsKey(id);
    } finally {
      lock.unlock();
    }
  }

  private Node existing(NodeId id) throws SnapshotException {
    Optional<Node> node = timeline.find(id);
    if (node.isEmpty()) {
      throw NodeNames.unknown(timeline, id.toString());
    }
    return node.get();
  }

  private Node existingOrThrow(NodeId id) {
    return timeline.find(id).orElseThrow();
  }

  private void checkSaving(NodeId id) throws SnapshotException {
    if (existing(id).state() != NodeState.SAVING) {
      throw new IllegalStateException("node is not being saved: " + id);
    }
  }

  private void checkOpen() throws SnapshotException {
    if (closed) {
      throw new SnapshotException(
          "Could not change the session " + path() + ": it is closed. Open it again.");
    }
  }

  private void replace(Node node) {
    lock.lock();
    try {
      timeline = timeline.with(node);
    } finally {
      lock.unlock();
    }
  }

  /** Tells people of something that went wrong but hurt no node. */
  private void report(String text) {
    problems.add(text);
    tell(listener -> listener.problem(text));
  }

  private void tell(Consumer<SessionListener> news) {
    listeners.forEach(news);
  }
}
