package dev.marey.snapshot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tree of nodes of a session at one moment. Immutable, so any thread may read it; {@link
 * Session#timeline()} gives the current one.
 */
public final class Timeline {

  public static final Timeline EMPTY = new Timeline(new TreeMap<>());

  private final SortedMap<NodeId, Node> nodes;

  private Timeline(SortedMap<NodeId, Node> nodes) {
    this.nodes = Collections.unmodifiableSortedMap(nodes);
  }

  public static Timeline of(Collection<Node> nodes) {
    SortedMap<NodeId, Node> map = new TreeMap<>();
    nodes.forEach(node -> map.put(node.id(), node));
    return new Timeline(map);
  }

  /** All nodes, oldest id first. */
  public List<Node> nodes() {
    return List.copyOf(nodes.values());
  }

  public Optional<Node> find(NodeId id) {
    return Optional.ofNullable(nodes.get(id));
  }

  /** Nodes taken after running on from {@code id}, oldest first. */
  public List<Node> children(NodeId id) {
    return nodes.values().stream().filter(n -> n.parent().equals(Optional.of(id))).toList();
  }

  /**
   * {@code id} and everything it ran on from, youngest first. Stops at a parent that was deleted.
   */
  public List<Node> ancestry(NodeId id) {
    List<Node> path = new ArrayList<>();
    Optional<Node> at = find(id);
    while (at.isPresent()) {
      path.add(at.get());
      at = at.get().parent().flatMap(this::find);
    }
    return path;
  }

  /** The youngest instant that both ran on from, themselves included. */
  public Optional<NodeId> commonAncestor(NodeId a, NodeId b) {
    List<NodeId> line = ancestry(a).stream().map(Node::id).toList();
    return ancestry(b).stream().map(Node::id).filter(line::contains).findFirst();
  }

  /** A copy in which {@code node} is added or takes the place of the node with its id. */
  public Timeline with(Node node) {
    SortedMap<NodeId, Node> changed = new TreeMap<>(nodes);
    changed.put(node.id(), node);
    return new Timeline(changed);
  }

  public Timeline without(NodeId id) {
    SortedMap<NodeId, Node> changed = new TreeMap<>(nodes);
    changed.remove(id);
    return new Timeline(changed);
  }
}
