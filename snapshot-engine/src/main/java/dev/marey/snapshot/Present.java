package dev.marey.snapshot;

import java.util.Optional;

/**
 * The live machine and where it stands in the tree.
 *
 * <p>Threading: written by the conductor, read by any.
 */
final class Present {

  private volatile GuardedMachine machine;
  private volatile Base base;
  private volatile boolean ranSinceBase;

  Present(GuardedMachine machine, Base base) {
    this.machine = machine;
    this.base = base;
  }

  GuardedMachine machine() {
    return machine;
  }

  Base base() {
    return base;
  }

  /** Whether the guest may differ from its base: going elsewhere must keep it as a node first. */
  boolean ranSinceBase() {
    return ranSinceBase;
  }

  /** The same, and whether anything but the guest has written to its memory, such as a debugger. */
  boolean differs() {
    return ranSinceBase || machine.faultLoop().dirtyCount() > 0;
  }

  void replaceMachine(GuardedMachine fresh) {
    machine = fresh;
  }

  void standOn(Base newBase) {
    base = newBase;
    ranSinceBase = false;
  }

  void ran() {
    ranSinceBase = true;
  }

  /** Stands on the nearest node that is not known to have failed. */
  void recover() {
    move(base.nearest());
  }

  /** The same, when it is known whether the base could be saved. */
  void awaitBase() {
    move(base.await());
  }

  private void move(Base found) {
    if (!found.node().equals(base.node())) {
      standOn(found);
      ran();
    }
  }

  /**
   * A node could not be made durable. If the present stood on it, it stands on the one before from
   * now on, with the pages of that node when they are in the page store.
   *
   * @return the node it stands on instead
   */
  Optional<NodeId> abandon(NodeId failed) {
    Base was = base;
    if (!was.node().equals(Optional.of(failed))) {
      return Optional.empty();
    }
    Base before = was.before().map(Base::nearest).orElse(was);
    if (was.failed()) {
      standOn(before);
    } else {
      standOn(new Base(before.node(), was.map(), was.before()));
    }
    ran();
    return before.node();
  }
}
