package dev.marey.snapshot;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What thinning would do.
 *
 * @param rule by which
 * @param nodes that would go
 * @param bytes of disk that they take and no other node needs, about
 */
public record ThinningPreview(ThinningRule rule, Set<NodeId> nodes, long bytes) {

  public ThinningPreview {
    nodes = Set.copyOf(nodes);
  }

  /**
   * What thinning would remove now. The rule is the usual one or, if that removes nothing, the
   * mildest harder one that does.
   *
   * @param keep nodes that stay whatever the rule says
   */
  public static ThinningPreview of(Session session, Set<NodeId> keep) throws SnapshotException {
    ThinningRule rule = ThinningRule.STANDARD;
    List<NodeId> nodes = session.thinningPlan(rule, keep);
    for (int step = 0; step < Upkeep.STEPS && nodes.isEmpty(); step++) {
      rule = rule.harder();
      nodes = session.thinningPlan(rule, keep);
    }
    return new ThinningPreview(rule, Set.copyOf(nodes), session.bytesOf(nodes));
  }

  /** The nodes that would not go. */
  public Set<NodeId> staying(Timeline timeline) {
    return timeline.nodes().stream()
        .map(Node::id)
        .filter(id -> !nodes.contains(id))
        .collect(Collectors.toUnmodifiableSet());
  }
}
