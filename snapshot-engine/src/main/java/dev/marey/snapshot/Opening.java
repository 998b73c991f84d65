package dev.marey.snapshot;

import dev.marey.machine.MachineException;
import java.time.Duration;
import java.util.Optional;

/**
 * How a live guest begins: booted, or brought back to life from a node.
 *
 * @param from what it is brought back to life from; empty to boot it
 * @param printed gets what the guest prints, from its first byte on
 * @param tuning how much its engine does at once
 */
record Opening(Optional<From> from, LiveConsole.Listener printed, Tuning tuning) {

  /**
   * A node that a guest goes on from.
   *
   * @param visiting whether the session stays as it is: no transcript is left, the present stays
   *     put
   */
  record From(Node node, NodeContent content, RunAfter runAfter, boolean visiting) {}

  static Opening boot(LiveConsole.Listener printed, Tuning tuning) {
    return new Opening(Optional.empty(), printed, tuning);
  }

  static Opening at(
      Session session,
      NodeId node,
      RunAfter runAfter,
      LiveConsole.Listener printed,
      boolean visiting)
      throws SnapshotException {
    NodeContent content = session.content(node);
    From from = new From(session.resolve(node.toString()), content, runAfter, visiting);
    return new Opening(Optional.of(from), printed, Tuning.STANDARD);
  }

  /** The guest, alive; if that fails nothing of it stays behind. */
  LiveGuest begin(Session session) throws SnapshotException {
    LiveGuest live = new LiveGuest(session, this);
    boolean begun = false;
    try {
      if (from.isPresent()) {
        live.goOnFrom(from.get());
      } else {
        live.boot();
      }
      begun = true;
      return live;
    } catch (MachineException e) {
      throw new SnapshotException(String.valueOf(e.getMessage()), e);
    } finally {
      if (!begun) {
        live.abandon();
      }
    }
  }

  /** The first QEMU of the guest, stopped. */
  GuardedMachine start(LiveMachines machines) throws SnapshotException {
    return from.isPresent() ? machines.standby(from.get().content().maps()) : machines.boot();
  }

  Duration guestTime() {
    return from.map(found -> found.node().guestTime()).orElse(Duration.ZERO);
  }

  Optional<Node.ConsoleOffset> console() {
    return from.map(found -> found.node().console());
  }

  boolean visiting() {
    return from.map(From::visiting).orElse(false);
  }
}
