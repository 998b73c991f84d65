package dev.marey.snapshot;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Page maps that somebody reads by and that may be of no node any more: the live guest's, and those
 * that were handed out with a node's content and are still in somebody's hands.
 *
 * <p>Threading: any (lock: this, for what was handed out).
 */
final class HeldMaps {

  /** Has page maps of its own. */
  @FunctionalInterface
  interface Holder {
    /** Names every map it may read a page by. Called on any thread. */
    void tell(NeededPages needed);
  }

  private final List<Holder> holders = new CopyOnWriteArrayList<>();
  private List<WeakReference<NodeMaps>> handedOut = new ArrayList<>();

  void add(Holder holder) {
    holders.add(holder);
  }

  void remove(Holder holder) {
    holders.remove(holder);
  }

  /** Somebody has these for as long as the object lives. */
  synchronized void handOut(NodeMaps maps) {
    handedOut.add(new WeakReference<>(maps));
  }

  private synchronized List<NodeMaps> living() {
    List<NodeMaps> living =
        handedOut.stream().map(WeakReference::get).filter(Objects::nonNull).toList();
    handedOut = new ArrayList<>(living.stream().map(WeakReference::new).toList());
    return living;
  }

  void tell(NeededPages needed) {
    living().forEach(needed::all);
    holders.forEach(holder -> holder.tell(needed));
  }
}
