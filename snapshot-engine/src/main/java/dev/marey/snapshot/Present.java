package dev.marey.snapshot;

import java.util.Optional;

/**
 * The live machine and where it stands in the tree.
 *
 * <p>Threading: written by the conductor, read by any.
 */
final class Present {

  private volatile GuardedMachine machine;
  private volatile Stand stand;

  /**
   * Where the present stands.
   *
   * @param base the node it descends from
   * @param resumes how often the machine had been let run at that node's instant
   * @param changed whether it is known not to be that instant any more
   */
  private record Stand(Base base, int resumes, boolean changed) {}

  Present(GuardedMachine machine, Base base) {
    this.machine = machine;
    this.stand = new Stand(base, machine.machine().timesResumed(), false);
  }

  GuardedMachine machine() {
    return machine;
  }

  Base base() {
    return stand.base();
  }

  /** Names every map by which pages of the page store may be read for the guest. */
  void tell(NeededPages needed) {
    stand.base().tell(needed);
    GuardedMachine now = machine;
    needed.ram(now.lazyRam().absent().source());
    now.disks().maps().forEach(needed::disk);
  }

  /**
   * Whether the guest may differ from its base: going elsewhere must keep it as a node first. It
   * does not matter who let it run, we or a debugger.
   */
  boolean ranSinceBase() {
    Stand now = stand;
    return now.changed() || machine.machine().timesResumed() != now.resumes();
  }

  /** The same, and whether anything but the guest has written to its memory, such as a debugger. */
  boolean differs() {
    return ranSinceBase() || machine.faultLoop().dirtyCount() > 0;
  }

  void replaceMachine(GuardedMachine fresh) {
    machine = fresh;
  }

  /**
   * The machine was at the instant of {@code base} when it had been let run {@code resumes} times.
   */
  void standOn(Base base, int resumes) {
    stand = new Stand(base, resumes, false);
  }

  /** The guest differs from its base though it was not let run since. */
  void changed() {
    Stand now = stand;
    stand = new Stand(now.base(), now.resumes(), true);
  }

  /** Stands on the nearest node that is not known to have failed. */
  void recover() {
    move(stand.base().nearest());
  }

  /** The same, when it is known whether the base could be saved. */
  void awaitBase() {
    move(stand.base().await());
  }

  private void move(Base found) {
    if (!found.node().equals(stand.base().node())) {
      standBehind(found);
    }
  }

  private void standBehind(Base before) {
    stand = new Stand(before, stand.resumes(), true);
  }

  /**
   * A node could not be made durable. If the present stood on it, it stands on the one before from
   * now on, with the pages of that node when they are in the page store.
   *
   * @return the node it stands on instead
   */
  Optional<NodeId> abandon(NodeId failed) {
    Base was = stand.base();
    if (!was.node().equals(Optional.of(failed))) {
      return Optional.empty();
    }
    Base before = was.before().map(Base::nearest).orElse(was);
    standBehind(was.failed() ? before : new Base(before.node(), was.map(), was.before()));
    return before.node();
  }
}
