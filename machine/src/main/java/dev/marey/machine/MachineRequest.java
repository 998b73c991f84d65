package dev.marey.machine;

import java.nio.file.Path;
import java.util.Map;

/**
 * How to start a QEMU.
 *
 * @param guest what runs in it
 * @param ram its RAM, as long as the guest's definition says
 * @param runFolder where a private folder for its sockets is made; a short path
 * @param role what it is for
 * @param extraEnvironment variables on top of ours, such as the preloaded agent's
 */
public record MachineRequest(
    GuestDefinition guest,
    GuestRam ram,
    Path runFolder,
    Role role,
    Map<String, String> extraEnvironment) {

  /** What a machine is started for. */
  public enum Role {
    /** Boots the guest; stopped before its first instruction until resumed. */
    LIVE,
    /** Waits for a device state and stays stopped with it. */
    STANDBY
  }

  public MachineRequest {
    extraEnvironment = Map.copyOf(extraEnvironment);
    if (guest.ramBytes() != ram.lengthBytes()) {
      throw new IllegalArgumentException(
          "ram has " + ram.lengthBytes() + " bytes, the guest " + guest.ramBytes());
    }
  }
}
