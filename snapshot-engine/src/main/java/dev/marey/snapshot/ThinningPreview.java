package dev.marey.snapshot;

import java.util.Set;

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
}
