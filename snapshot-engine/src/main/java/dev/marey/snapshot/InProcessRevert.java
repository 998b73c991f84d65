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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running QEMU goes to another node, in two steps: {@link #prepare} changes nothing of the
 * guest, so a failure leaves it as it was; once {@link #go} has begun the guest is of no instant
 * until it has returned.
 *
 * <p>Threading: the conductor.
 */
final class InProcessRevert implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(InProcessRevert.class);

  private final GuardedMachine guarded;
  private final RamRestore restore;
  private final NodeMaps target;
  private final DeviceState state;
  private final int putBackAtMost;
  private final BitSet differing;
  private final Path image;

  InProcessRevert(
      GuardedMachine guarded,
      PageStore store,
      PageMap from,
      BitSet unsaved,
      NodeMaps target,
      DeviceState state,
      Path scratchFolder,
      int putBackAtMost)
      throws SnapshotException {
    this.guarded = guarded;
    this.restore = new RamRestore(guarded.ram(), store, guarded.lazyRam().absent());
    this.target = target;
    this.state = state;
    this.putBackAtMost = putBackAtMost;
    this.image = scratchFolder.resolve("revert.qcow2");
    guarded.lazyRam().stopLoading();
    differing = RamRestore.differences(from, target.ram());
    differing.or(guarded.faultLoop().dirtyPages());
    differing.or(unsaved);
    guarded.unstored().copyTo(differing);
  }

  /** A revert that has its image, and can be made. */
  record Ready(VmStateImage image) {}

  Ready prepare() throws SnapshotException {
    try {
      DeviceState change = guarded.machine().change(state);
      VmStateImage written = VmStateImage.write(image, change, "node");
      if (differing.cardinality() > putBackAtMost) {
        // Before the first page is dropped: a hole that is not watched gives untracked zeroes.
        guarded.serveMissing();
      }
      return new Ready(written);
    } catch (MachineException | IOException e) {
      throw new SnapshotException("Preparing the device state failed: " + e.getMessage(), e);
    }
  }

  RamRestore.Restored go(Ready ready) throws SnapshotException {
    RamRestore.Restored restored = restore.restore(differing, target.ram(), putBackAtMost);
    guarded.unstored().clear();
    guarded.faultLoop().declareClean();
    // Before the state: devices that are loaded may read on from where they stood.
    guarded.disks().revertTo(target.disks());
    guarded.faultLoop().whileLoading(() -> load(ready));
    Reverter.undoWritesOfTheLoad(guarded, restore, target.ram());
    return restored;
  }

  private void load(Ready ready) throws SnapshotException {
    try {
      guarded.machine().loadDeviceState(ready.image(), state);
    } catch (MachineException e) {
      throw new SnapshotException("Loading the device state failed: " + e.getMessage(), e);
    }
  }

  /** Clears away; the guest may run already. */
  @Override
  public void close() {
    try {
      guarded.machine().forgetImage();
    } catch (MachineException e) {
      LOG.debug("QEMU keeps a scratch file open", e);
    }
    try {
      Files.deleteIfExists(image);
    } catch (IOException e) {
      LOG.debug("scratch file stays: {}", e.getMessage());
    }
  }
}
