package dev.marey.snapshot;

import dev.marey.machine.MachineException;
import dev.marey.machine.SmallRamWatch;
import dev.marey.snapshot.capture.FaultLoop;
import java.util.BitSet;

/**
 * Sees writes to QEMU's small RAM blocks by the page faults they cause.
 *
 * <p>Threading: one thread at a time.
 */
final class SmallRamFaults implements SmallRamWatch {

  private final FaultLoop faultLoop;

  SmallRamFaults(FaultLoop faultLoop) {
    this.faultLoop = faultLoop;
  }

  /** Asks the fault loop. */
  @FunctionalInterface
  private interface Question<T> {
    T ask() throws SnapshotException;
  }

  @Override
  public int watch(long hostAddress, long lengthBytes) throws MachineException {
    return ask(() -> faultLoop.watch(hostAddress, lengthBytes));
  }

  @Override
  public BitSet written(int range) throws MachineException {
    return ask(() -> faultLoop.watchedWritten(range));
  }

  @Override
  public BitSet takeWritten(int range) throws MachineException {
    return ask(() -> faultLoop.takeWatchedWritten(range));
  }

  private static <T> T ask(Question<T> question) throws MachineException {
    try {
      return question.ask();
    } catch (SnapshotException e) {
      throw new MachineException(String.valueOf(e.getMessage()), e);
    }
  }
}
