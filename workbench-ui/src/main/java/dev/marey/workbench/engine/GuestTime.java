package dev.marey.workbench.engine;

import dev.marey.machine.RunState;
import dev.marey.snapshot.Node;
import java.time.Duration;
import java.util.Optional;

/**
 * The guest's clock between nodes, reckoned from the last node and the time it ran since. Nodes
 * have the exact one.
 *
 * <p>Threading: any (lock: this).
 */
final class GuestTime {

  private Optional<Node> base = Optional.empty();
  private Duration reckoned = Duration.ZERO;
  private long lastNanos;
  private boolean running;

  GuestTime(long nowNanos) {
    lastNanos = nowNanos;
  }

  /** What the clock says now. Called several times a second while the guest runs. */
  synchronized Duration at(long nowNanos, RunState state, Optional<Node> nowBase) {
    if (running) {
      reckoned = reckoned.plusNanos(nowNanos - lastNanos);
    }
    boolean moved = !nowBase.map(Node::id).equals(base.map(Node::id));
    if (moved && nowBase.isPresent()) {
      reckoned = nowBase.get().guestTime();
    }
    base = nowBase;
    lastNanos = nowNanos;
    running = state == RunState.RUNNING;
    return reckoned;
  }
}
