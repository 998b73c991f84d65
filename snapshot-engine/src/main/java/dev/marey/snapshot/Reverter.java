package dev.marey.snapshot;

import dev.marey.machine.MachineException;
import dev.marey.machine.state.DeviceState;
import dev.marey.snapshot.capture.FaultLoop;
import dev.marey.snapshot.revert.RamRestore;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Gives a machine that stands still the state of a node, by either way. Knows nothing of timelines:
 * who calls it has made sure that the present is kept and that no capture is unfinished.
 *
 * <p>Threading: the conductor.
 */
final class Reverter {

  private final PageStore store;
  private final int putBackAtMost;

  /**
   * @param putBackAtMost up to this many differing pages are written back before the guest runs on;
   *     more are dropped and loaded lazily
   */
  Reverter(PageStore store, int putBackAtMost) {
    this.store = store;
    this.putBackAtMost = putBackAtMost;
  }

  /** Up to this many differing pages are written in place; more are dropped. */
  int putBackAtMost() {
    return putBackAtMost;
  }

  /**
   * The running QEMU is to go from the present to the node {@code target}. The machine stands
   * still.
   *
   * @param from a node before the present
   * @param unsaved the pages in which the present may differ from it, but for dirty ones
   */
  InProcessRevert inProcess(
      GuardedMachine guarded,
      PageMap from,
      FaultLoop.Evacuated unsaved,
      NodeMaps target,
      DeviceState state,
      Path scratchFolder)
      throws SnapshotException {
    return new InProcessRevert(
        guarded,
        store,
        from,
        unsaved.pages(),
        target,
        state,
        scratchFolder,
        unsaved.held() ? 0 : putBackAtMost);
  }

  /** A standby with empty RAM becomes the node {@code target}. Returns how many pages it lacks. */
  int standby(GuardedMachine guarded, PageMap target, DeviceState state) throws SnapshotException {
    RamRestore restore = new RamRestore(guarded.ram(), store, guarded.lazyRam().absent());
    int absent = restore.allAbsent(target);
    guarded.serveMissing();
    guarded.faultLoop().declareClean();
    try {
      guarded.machine().receiveDeviceState(state);
    } catch (MachineException e) {
      throw new SnapshotException("Loading the device state failed: " + e.getMessage(), e);
    }
    undoWritesOfTheLoad(guarded, restore, target);
    return absent;
  }

  /**
   * Some machines write ROM images or ring flags into RAM when they are reset or loaded. All RAM
   * was armed before, so those pages are the dirty ones now.
   */
  static void undoWritesOfTheLoad(GuardedMachine guarded, RamRestore restore, PageMap target)
      throws SnapshotException {
    BitSet written = guarded.faultLoop().dirtyPages();
    if (!written.isEmpty()) {
      restore.putBack(written, target);
      guarded.faultLoop().declareClean();
    }
  }
}
