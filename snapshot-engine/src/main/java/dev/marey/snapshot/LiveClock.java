package dev.marey.snapshot;

import dev.marey.machine.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The guest's virtual clock between nodes: exact at each node and revert, which read it from the
 * device state; from there on the time the guest has been running, by QEMU's own events.
 *
 * <p>Threading: any (lock: this).
 */
final class LiveClock implements LiveListener, SessionListener {

  private final LongSupplier nanos;
  private final Session session;
  private Duration known;
  private long knownAtNanos;
  private boolean running;

  /**
   * A clock of a guest that stands still.
   *
   * @param nanos monotonic nanoseconds
   * @param at what it says at first
   */
  LiveClock(Session session, Duration at, LongSupplier nanos) {
    this.session = session;
    this.nanos = nanos;
    this.known = at;
    this.knownAtNanos = nanos.getAsLong();
  }

  synchronized Duration now() {
    return running ? known.plusNanos(nanos.getAsLong() - knownAtNanos) : known;
  }

  private synchronized void set(Duration at) {
    known = at;
    knownAtNanos = nanos.getAsLong();
  }

  @Override
  public synchronized void runStateChanged(RunState state) {
    set(now());
    running = state == RunState.RUNNING;
  }

  /**
   * A node's clock is of the pause, which ended before it was told. One that comes back from being
   * deleted says nothing about the present.
   */
  @Override
  public synchronized void nodeAdded(Node node) {
    if (node.state() != NodeState.SAVING) {
      return;
    }
    Duration since = Duration.between(node.takenAt(), Instant.now());
    set(running && !since.isNegative() ? node.guestTime().plus(since) : node.guestTime());
  }

  @Override
  public void reverted(Revert revert) {
    session.timeline().find(revert.target()).map(Node::guestTime).ifPresent(this::set);
  }

  @Override
  public void problem(String text) {}
}
