package dev.marey.snapshot;

import dev.marey.snapshot.store.PageMap;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The node that the present descends from. Its page map may still be on its way when the node is
 * being saved, and may yet fail; then what it descended from itself takes its place.
 *
 * @param node empty before a session's first node
 * @param map the node's pages; all zeroes before the first node
 * @param before what takes its place if the map fails; empty when the map is there
 */
record Base(Optional<NodeId> node, CompletableFuture<PageMap> map, Optional<Base> before) {

  static Base none(int pageCount) {
    return new Base(
        Optional.empty(),
        CompletableFuture.completedFuture(PageMap.empty(pageCount)),
        Optional.empty());
  }

  static Base of(Optional<NodeId> node, PageMap map) {
    return new Base(node, CompletableFuture.completedFuture(map), Optional.empty());
  }

  /** A node whose pages are on their way. */
  static Base saving(NodeId node, CompletableFuture<PageMap> map, Base before) {
    return new Base(Optional.of(node), map, Optional.of(before.trimmed()));
  }

  /** Lets go what is not needed any more, or every base would hold all before it. */
  private Base trimmed() {
    return map.isDone() && !failed() ? new Base(node, map, Optional.empty()) : this;
  }

  /** Names the maps that are known, its own and of all that may take its place. */
  void tell(NeededPages needed) {
    if (map.isDone() && !failed()) {
      needed.ram(map.join());
    }
    before.ifPresent(other -> other.tell(needed));
  }

  /** Whether it is known that its pages could not be saved. */
  boolean failed() {
    return map.isCompletedExceptionally();
  }

  /** This, or as far as is known now the nearest that did not fail. Does not wait. */
  Base nearest() {
    return failed() && before.isPresent() ? before.get().nearest() : this;
  }

  /** This or the nearest before it whose pages are all stored. Does not wait. */
  Base stored() {
    return !map.isDone() || failed() ? before.orElseThrow().stored() : this;
  }

  /** Waits for the pages; gives this or the nearest that did not fail. */
  Base await() {
    try {
      PageMap known = map.join();
      return Base.of(node, known);
    } catch (CompletionException | CancellationException e) {
      return before.orElseThrow(() -> e).await();
    }
  }
}
