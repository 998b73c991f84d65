package dev.marey.snapshot;

import dev.marey.snapshot.session.NodeFiles;
import dev.marey.snapshot.session.SessionFolder.Present;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The nodes of an open session in memory: timeline, deleted ones, where the present is, ids and
 * lanes. Every change is one step, and is in the news in the order of the steps.
 *
 * <p>Threading: any (lock: this); {@link #timeline()} never waits. Nothing here waits for the disk.
 */
final class NodeTree {

  /** A node that lacks an id and a lane. */
  @FunctionalInterface
  interface Beginning {
    Node node(NodeId id, int lane);
  }

  private final SessionNews news;
  private volatile Timeline timeline;
  private final TreeMap<NodeId, Node> deleted = new TreeMap<>();

  /** Digest of the description of the device state; has every node that was complete once. */
  private final Map<NodeId, Optional<String>> shapes = new HashMap<>();

  /** Nodes that were removed for good and whose page maps may still be there. */
  private final Set<NodeId> gone = new HashSet<>();

  private final Lineage lineage = new Lineage();
  private final List<SessionDamage> unreadable;
  private final Lanes lanes;
  private Optional<NodeId> livePosition;
  private int nextNode;

  /** Whether nodes were lost or failed, so that pages may be stored that no node has. */
  private boolean lost;

  /** Reads what an earlier opening left; what is lost of it becomes known as a problem. */
  static NodeTree read(SessionFiles files, SessionNews news) throws SnapshotException {
    NodeFiles.Found found = files.nodes().findAll();
    news.keepProblems(found.problems());
    int highestRef =
        found.complete().stream().mapToInt(NodeFiles.Stored::highestRef).max().orElse(0);
    files.pages().reserve(highestRef);
    news.keepProblems(files.pages().problems());
    try {
      return new NodeTree(found, files.folder().present(), news);
    } catch (SnapshotException e) {
      news.keepProblems(List.of("Where the session stood is lost: " + e.getMessage()));
      return new NodeTree(found, Optional.empty(), news);
    }
  }

  private NodeTree(NodeFiles.Found found, Optional<Present> present, SessionNews news) {
    this.news = news;
    this.lost = found.lost();
    this.unreadable =
        found.unreadable().entrySet().stream()
            .map(each -> new SessionDamage(each.getKey(), Optional.empty(), each.getValue()))
            .toList();
    List<Node> nodes = new ArrayList<>(found.failed());
    for (NodeFiles.Stored stored : found.complete()) {
      nodes.add(stored.node());
      shapes.put(stored.node().id(), stored.shape());
    }
    nodes.forEach(lineage::put);
    timeline = Timeline.of(nodes);
    int highestLane = nodes.stream().mapToInt(Node::lane).max().orElse(-1);
    lanes = new Lanes(Math.max(present.map(Present::nextLane).orElse(0), highestLane + 1));
    nextNode = Math.max(present.map(Present::nextNode).orElse(1), found.highestNode() + 1);
    livePosition =
        present
            .flatMap(Present::parent)
            .filter(shapes::containsKey)
            .or(() -> shapes.keySet().stream().max(Comparator.naturalOrder()));
  }

  Timeline timeline() {
    return timeline;
  }

  /** Nodes that were complete once and are left out, because their own files are damaged. */
  List<SessionDamage> unreadable() {
    return unreadable;
  }

  Node existing(NodeId id) throws SnapshotException {
    Optional<Node> node = timeline.find(id);
    if (node.isEmpty()) {
      throw NodeNames.unknown(timeline, id.toString());
    }
    return node.get();
  }

  /** Whether a node is in the timeline and has contents. */
  boolean isStored(NodeId id) {
    return timeline.find(id).filter(NodeTree::isStored).isPresent();
  }

  private static boolean isStored(Node node) {
    return node.state() == NodeState.COMPLETE || node.state() == NodeState.DAMAGED;
  }

  /** Nodes in the timeline that have contents. */
  List<Node> stored() {
    return timeline.nodes().stream().filter(NodeTree::isStored).toList();
  }

  /**
   * Nodes whose page maps must stay: those with contents, those that can be brought back, and those
   * that are left out.
   */
  synchronized List<NodeId> withMaps() {
    return Stream.of(
            stored().stream().map(Node::id),
            deleted.keySet().stream(),
            unreadable.stream().map(SessionDamage::node))
        .flatMap(ids -> ids)
        .sorted()
        .toList();
  }

  /** Nodes that were removed for good and whose page maps may still be there. */
  synchronized Set<NodeId> gone() {
    return Set.copyOf(gone);
  }

  synchronized void mapsDropped(Set<NodeId> dropped) {
    gone.removeAll(dropped);
  }

  /** Whether pages and page maps may be left that no node has. */
  synchronized boolean hasLost() {
    return lost || !gone.isEmpty();
  }

  /** Whether a node was complete once, deleted ones included. */
  synchronized boolean hasMap(NodeId id) {
    return shapes.containsKey(id);
  }

  synchronized Optional<String> shape(NodeId id) {
    return shapes.getOrDefault(id, Optional.empty());
  }

  /** The next node gets this id, unless one has had it. */
  synchronized void skipTo(NodeId id) {
    nextNode = Math.max(nextNode, id.number());
  }

  /** Adds a node, which gets the next id and its lane. */
  synchronized Node begin(Optional<NodeId> parent, Beginning beginning) {
    List<Node> all = new ArrayList<>(timeline.nodes());
    all.addAll(deleted.values());
    Optional<Node> from =
        parent.flatMap(id -> all.stream().filter(n -> n.id().equals(id)).findFirst());
    Node begun = beginning.node(new NodeId(nextNode++), lanes.laneFor(from, all));
    lineage.put(begun);
    Node node = hanging(begun);
    timeline = timeline.with(node);
    news.add(listener -> listener.nodeAdded(node));
    return node;
  }

  /** A node has contents from now on. */
  synchronized void complete(Node node, Optional<String> shape) {
    shapes.put(node.id(), shape);
    replace(hanging(node));
  }

  /** A node of the timeline as its file tells it. */
  synchronized Node asWritten(Node node) {
    return node.withParent(lineage.parent(node.id()));
  }

  /** The nearest node that one descends from and whose page map there is. */
  synchronized Optional<NodeId> basis(NodeId id) {
    return lineage.nearest(id, shapes::containsKey).filter(shapes::containsKey);
  }

  /** The node on the nearest ancestor that is in the timeline. */
  private Node hanging(Node node) {
    Optional<NodeId> parent = lineage.nearest(node.id(), id -> timeline.find(id).isPresent());
    return node.parent().equals(parent) ? node : node.withParent(parent);
  }

  private void hangAll() {
    for (Node node : timeline.nodes()) {
      Node hanging = hanging(node);
      if (!hanging.equals(node)) {
        replace(hanging);
      }
    }
  }

  /**
   * Nodes that hang on one of these by what their files tell, as they are to be written when these
   * are gone.
   */
  synchronized List<Node> hangingOn(Set<NodeId> gone) {
    return Stream.concat(timeline.nodes().stream(), deleted.values().stream())
        .filter(node -> !gone.contains(node.id()))
        .filter(node -> lineage.parent(node.id()).filter(gone::contains).isPresent())
        .map(node -> node.withParent(lineage.nearest(node.id(), id -> !gone.contains(id))))
        .toList();
  }

  /** A node's file tells another parent from now on. */
  synchronized void hang(Node written) {
    lineage.put(written);
    deleted.computeIfPresent(written.id(), (id, node) -> node.withParent(written.parent()));
    Optional<Node> unused =
        change(written.id(), node -> hanging(node.withFigures(written.figures())));
  }

  /** Nodes that no one can bring back: in the timeline until now, or deleted. */
  synchronized void removeForGood(Set<NodeId> gone) {
    this.gone.addAll(gone);
    for (NodeId id : gone) {
      deleted.remove(id);
      shapes.remove(id);
      timeline
          .find(id)
          .ifPresent(
              node -> {
                timeline = timeline.without(id);
                news.add(listener -> listener.nodeRemoved(node));
              });
    }
    hangAll();
    lineage.forget(gone);
  }

  /** A node will have no contents; the present does not run on from it then. */
  synchronized void fail(Node node) {
    lost = true;
    replace(node);
    if (livePosition.equals(Optional.of(node.id()))) {
      setLivePosition(node);
    }
  }

  /** Changes a node; empty if it is not in the timeline. No news if that makes no difference. */
  synchronized Optional<Node> change(NodeId id, UnaryOperator<Node> change) {
    Optional<Node> before = timeline.find(id);
    Optional<Node> after = before.map(change);
    if (!after.equals(before)) {
      after.ifPresent(this::replace);
    }
    return after;
  }

  private void replace(Node node) {
    timeline = timeline.with(node);
    news.add(listener -> listener.nodeChanged(node));
  }

  /** Takes a node out of the timeline. It can be brought back. */
  synchronized void remove(NodeId id) {
    Node node = timeline.find(id).orElseThrow();
    timeline = timeline.without(id);
    deleted.put(id, node);
    news.add(listener -> listener.nodeRemoved(node));
    hangAll();
  }

  /** Brings a deleted node back, if there is one with this id. */
  synchronized Optional<Node> bringBack(NodeId id) {
    Node was = deleted.remove(id);
    if (was == null) {
      return Optional.empty();
    }
    Node node = hanging(was);
    timeline = timeline.with(node);
    news.add(listener -> listener.nodeAdded(node));
    hangAll();
    return Optional.of(node);
  }

  synchronized List<Node> deleted() {
    return List.copyOf(deleted.values());
  }

  synchronized Optional<NodeId> livePosition() {
    return livePosition;
  }

  /** The present runs on from this node; from its parent if it has failed. */
  synchronized void setLivePosition(Node node) {
    Optional<NodeId> parent = node.parent().filter(id -> timeline.find(id).isPresent());
    livePosition =
        node.state() == NodeState.FAILED && parent.isPresent() ? parent : Optional.of(node.id());
  }

  /** What the next opening starts from: the nearest node with contents. */
  synchronized Present present() {
    Optional<NodeId> durable =
        livePosition.stream()
            .flatMap(id -> timeline.ancestry(id).stream())
            .filter(NodeTree::isStored)
            .map(Node::id)
            .findFirst();
    return new Present(durable, nextNode, lanes.next());
  }
}
