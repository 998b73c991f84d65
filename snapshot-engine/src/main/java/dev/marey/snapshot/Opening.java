package dev.marey.snapshot;

import dev.marey.machine.MachineRequest;
import java.time.Duration;
import java.util.Optional;

/**
 * How a live guest begins.
 *
 * @param node what it is brought back to life from; empty to boot it
 * @param printed gets what the guest prints, from its first byte on
 * @param visiting whether the session stays as it is: no transcript is left, the present stays put
 * @param putBackAtMost up to this many differing pages a revert writes back at once
 */
record Opening(
    Optional<Node> node, LiveConsole.Listener printed, boolean visiting, int putBackAtMost) {

  MachineRequest.Role role() {
    return node.isPresent() ? MachineRequest.Role.STANDBY : MachineRequest.Role.LIVE;
  }

  Duration guestTime() {
    return node.map(Node::guestTime).orElse(Duration.ZERO);
  }
}
