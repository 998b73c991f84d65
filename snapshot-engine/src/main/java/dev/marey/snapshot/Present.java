package dev.marey.snapshot;

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
}
