package dev.marey.snapshot;

import dev.marey.snapshot.store.PageMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The node that the present descends from. Its page map may still be on its way when the node is
 * being saved.
 *
 * @param node empty before a session's first node
 * @param map the node's pages; all zeroes before the first node
 */
record Base(Optional<NodeId> node, CompletableFuture<PageMap> map) {

  static Base none(int pageCount) {
    return new Base(Optional.empty(), CompletableFuture.completedFuture(PageMap.empty(pageCount)));
  }

  static Base of(NodeId node, PageMap map) {
    return new Base(Optional.of(node), CompletableFuture.completedFuture(map));
  }
}
