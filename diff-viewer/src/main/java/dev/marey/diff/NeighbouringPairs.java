package dev.marey.diff;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Timeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The pairs of neighbouring nodes that tell what usually changes about when two nodes differ. */
public final class NeighbouringPairs {

  /** So many pairs are looked at. */
  public static final int MOST = 20;

  /**
   * A node and the one it ran on from.
   *
   * @param before the earlier one
   */
  public record Pair(NodeId before, NodeId after) {}

  private NeighbouringPairs() {}

  /**
   * The last pairs on the way to the later of two nodes, nearest first, without the two themselves
   * if they are such a pair. Nodes that are not complete are passed over.
   */
  public static List<Pair> before(Timeline timeline, NodeId a, NodeId b) {
    Optional<Node> later =
        Optional.of(a)
            .flatMap(timeline::find)
            .flatMap(
                nodeA ->
                    timeline
                        .find(b)
                        .map(
                            nodeB ->
                                Comparator.comparing(Node::guestTime)
                                            .thenComparing(Node::id)
                                            .compare(nodeA, nodeB)
                                        > 0
                                    ? nodeA
                                    : nodeB));
    List<Pair> pairs = new ArrayList<>();
    Optional<Node> after = later;
    while (after.isPresent() && pairs.size() < MOST) {
      Optional<Node> before = after.get().parent().flatMap(timeline::find);
      if (before.isPresent() && complete(before.get()) && complete(after.get())) {
        Pair pair = new Pair(before.get().id(), after.get().id());
        if (!pair.equals(new Pair(a, b)) && !pair.equals(new Pair(b, a))) {
          pairs.add(pair);
        }
      }
      after = before;
    }
    return pairs;
  }

  private static boolean complete(Node node) {
    return node.state() == NodeState.COMPLETE;
  }
}
