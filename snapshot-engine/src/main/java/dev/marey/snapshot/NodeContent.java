package dev.marey.snapshot;

import dev.marey.machine.MachineException;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateDescription;
import dev.marey.machine.state.StateTree;
import dev.marey.snapshot.session.StateFiles;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * RAM and device state of a complete node. Stays readable when the node is deleted, until the
 * session closes; of one that was thinned only the RAM does, for as long as this object is held.
 *
 * <p>Threading: immutable, any thread; every method but the first four reads files.
 */
public final class NodeContent {

  private final NodeId id;
  private final NodeMaps maps;
  private final RamLayout ramLayout;
  private final PageStore pages;
  private final StateFiles states;
  private final Optional<String> shape;

  NodeContent(
      NodeId id,
      NodeMaps maps,
      RamLayout ramLayout,
      PageStore pages,
      StateFiles states,
      Optional<String> shape) {
    this.id = id;
    this.maps = maps;
    this.ramLayout = ramLayout;
    this.pages = pages;
    this.states = states;
    this.shape = shape;
  }

  public NodeId id() {
    return id;
  }

  /** Which stored page each page of its RAM has. */
  public PageMap pageMap() {
    return maps.ram();
  }

  /** The same, and of its disks. */
  public NodeMaps maps() {
    return maps;
  }

  public RamLayout ramLayout() {
    return ramLayout;
  }

  /**
   * Reads one page of RAM.
   *
   * @param into gets 4,096 bytes at its position, which does not move
   */
  public void readPage(PageNumber page, ByteBuffer into) throws SnapshotException {
    pages.read(maps.ram().refOf(page.index()), into);
  }

  /** The stream that a machine loads, as QEMU wrote it. */
  public DeviceState deviceState() throws SnapshotException {
    return states.load(id);
  }

  /** Names and types of the fields of {@link #deviceState()}, if they were known. */
  public Optional<StateDescription> description() throws SnapshotException {
    return shape.isPresent() ? Optional.of(states.loadShape(shape.get())) : Optional.empty();
  }

  /** The device state as people read it. */
  public StateTree stateTree() throws SnapshotException {
    Optional<StateDescription> description = description();
    try {
      return description.isPresent()
          ? StateTree.of(deviceState(), description.get())
          : StateTree.of(deviceState());
    } catch (MachineException e) {
      throw new SnapshotException(
          "Could not read the device state of " + id + ": " + e.getMessage(), e);
    }
  }
}
