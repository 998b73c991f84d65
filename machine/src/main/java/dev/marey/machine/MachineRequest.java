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
 * @param onStart told of the process before anything is expected of it
 */
public record MachineRequest(
    GuestDefinition guest,
    GuestRam ram,
    Path runFolder,
    Role role,
    Map<String, String> extraEnvironment,
    StartListener onStart) {

  /** Hears of the new process, which may be waiting for whoever was preloaded into it. */
  @FunctionalInterface
  public interface StartListener {
    /**
     * The process exists; its main program may not have begun.
     *
     * @param pid the process
     * @param program its program, a real path
     * @throws MachineException to end the process; the message is shown
     */
    void started(long pid, Path program) throws MachineException;
  }

  /** Where the guest's disks must be served before the start, if it writes any. */
  public Path diskSocket() {
    return diskSocket(runFolder);
  }

  /** The same for a run folder. */
  public static Path diskSocket(Path runFolder) {
    return runFolder.resolve("d");
  }

  /** A machine nobody needs to know the process of. */
  public MachineRequest(
      GuestDefinition guest,
      GuestRam ram,
      Path runFolder,
      Role role,
      Map<String, String> extraEnvironment) {
    this(guest, ram, runFolder, role, extraEnvironment, (pid, program) -> {});
  }

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
