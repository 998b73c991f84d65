package dev.marey.diff;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Timeline;
import java.util.Optional;

/**
 * What is compared, in words.
 *
 * @param a name of the left instant
 * @param b name of the right one
 * @param earlier which of them the other ran on from; empty on different branches
 * @param commonAncestor on different branches, the last instant both ran on from
 */
public record ComparedInstants(
    String a, String b, Optional<Side> earlier, Optional<NodeId> commonAncestor) {

  /** Two nodes of a timeline. */
  public static ComparedInstants of(Timeline timeline, NodeId a, NodeId b) {
    Optional<NodeId> shared = timeline.commonAncestor(a, b);
    Optional<Side> earlier =
        a.equals(b)
            ? Optional.empty()
            : shared.flatMap(
                id ->
                    id.equals(a)
                        ? Optional.of(Side.A)
                        : id.equals(b) ? Optional.of(Side.B) : Optional.empty());
    boolean branches = earlier.isEmpty() && !a.equals(b);
    return new ComparedInstants(
        name(timeline, a), name(timeline, b), earlier, branches ? shared : Optional.empty());
  }

  /** A node and the present that runs on from {@code base}. */
  public static ComparedInstants withNow(Timeline timeline, NodeId a, NodeId base) {
    ComparedInstants nodes = of(timeline, a, base);
    boolean before = nodes.earlier().equals(Optional.of(Side.A)) || a.equals(base);
    Optional<NodeId> shared = before ? Optional.empty() : timeline.commonAncestor(a, base);
    return new ComparedInstants(
        nodes.a(), "now", before ? Optional.of(Side.A) : Optional.empty(), shared);
  }

  private static String name(Timeline timeline, NodeId id) {
    String label = timeline.find(id).map(Node::label).orElse("");
    return label.isEmpty() ? id.toString() : id + " “" + label + "”";
  }

  /** {@code A: S12 (earlier) → B: S17}. */
  public String header() {
    return "A: " + a + mark(Side.A) + " → B: " + b + mark(Side.B);
  }

  /** Where their branches part; empty when one ran on from the other. */
  public String ancestorLine() {
    if (earlier.isPresent() || a.equals(b)) {
      return "";
    }
    return commonAncestor
        .map(id -> "On different branches; both ran on from " + id + ".")
        .orElse("On different branches without a common ancestor in this session.");
  }

  public ComparedInstants swapped() {
    return new ComparedInstants(b, a, earlier.map(Side::other), commonAncestor);
  }

  private String mark(Side side) {
    return earlier.equals(Optional.of(side)) ? " (earlier)" : "";
  }
}
