package dev.marey.snapshot;

import dev.marey.machine.MachineException;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.VmStateImage;
import dev.marey.snapshot.revert.RamRestore;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.io.IOException;
import java.nio.file.Files;
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

  /** The running QEMU goes from the node {@code from} to the node {@code target}. */
  RamRestore.Restored inProcess(
      GuardedMachine guarded, PageMap from, PageMap target, DeviceState state, Path scratchFolder)
      throws SnapshotException {
    guarded.stopLoader();
    BitSet differing = RamRestore.differences(from, target);
    differing.or(guarded.faultLoop().dirtyPages());
    guarded.unstored().copyTo(differing);
    RamRestore restore = new RamRestore(guarded.ram(), store, guarded.absent());
    Path image = scratchFolder.resolve("revert.qcow2");
    try {
      VmStateImage written = VmStateImage.write(image, state, "node");
      if (differing.cardinality() > putBackAtMost) {
        // Before the first page is dropped: a hole that is not watched gives untracked zeroes.
        guarded.serveMissing();
      }
      RamRestore.Restored restored = restore.restore(differing, target, putBackAtMost);
      guarded.unstored().clear();
      guarded.faultLoop().declareClean();
      guarded.machine().loadDeviceState(written, state);
      undoWritesOfTheLoad(guarded, restore, target);
      return restored;
    } catch (IOException e) {
      throw new SnapshotException("Preparing the device state failed: " + e.getMessage(), e);
    } catch (MachineException e) {
      throw new SnapshotException("Loading the device state failed: " + e.getMessage(), e);
    } finally {
      deleteQuietly(image);
    }
  }

  /** A standby with empty RAM becomes the node {@code target}. Returns how many pages it lacks. */
  int standby(GuardedMachine guarded, PageMap target, DeviceState state) throws SnapshotException {
    RamRestore restore = new RamRestore(guarded.ram(), store, guarded.absent());
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
  private static void undoWritesOfTheLoad(
      GuardedMachine guarded, RamRestore restore, PageMap target) throws SnapshotException {
    BitSet written = guarded.faultLoop().dirtyPages();
    if (!written.isEmpty()) {
      restore.putBack(written, target);
      guarded.faultLoop().declareClean();
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(Reverter.class)
          .debug("scratch file stays: {}", e.getMessage());
    }
  }
}
