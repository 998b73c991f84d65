package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A device state as named, typed fields. The roots are the RAM blocks ({@code ram/pc.bios}), then
 * the devices in the stream's order ({@code cpu[0]}). A section that does not fit its description
 * is one node of bytes with the reason. Immutable.
 */
public final class StateTree {

  private static final int MOST_NODES = 200_000;

  private final String machineType;
  private final List<StateNode> roots;
  private final Map<String, StateNode> nodes = new HashMap<>();

  private StateTree(String machineType, List<StateNode> roots) {
    this.machineType = machineType;
    this.roots = List.copyOf(roots);
    forEach(node -> nodes.put(node.path(), node));
  }

  /**
   * The tree of a state that carries its description.
   *
   * @throws StateFormatException if the bytes are no device state
   */
  public static StateTree of(DeviceState state) throws StateFormatException {
    return of(StateStream.parse(state), Optional.empty());
  }

  /**
   * The tree of a state that may carry no description, as a spliced one.
   *
   * @param known description of another state of the same machine; used if this one has none
   * @throws StateFormatException if the bytes are no device state
   */
  public static StateTree of(DeviceState state, StateDescription known)
      throws StateFormatException {
    return of(StateStream.parse(state, known), Optional.of(known));
  }

  private static StateTree of(StateStream stream, Optional<StateDescription> known) {
    Optional<StateDescription> description =
        stream.description().isPresent() ? stream.description() : known;
    ByteBuffer bytes = stream.state().buffer();
    List<StateNode> roots = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (RamBlock block : stream.ramBlocks()) {
      String path = "ram/" + block.name();
      paths.add(path);
      roots.add(StateNode.leaf(block.name(), path, "ram", new StateValue.Memory(block)));
    }
    for (DeviceSection section : stream.sections()) {
      roots.add(device(section, bytes, description, paths));
    }
    return new StateTree(stream.machineType(), roots);
  }

  private static StateNode device(
      DeviceSection section,
      ByteBuffer bytes,
      Optional<StateDescription> description,
      Set<String> paths) {
    String path = section.path();
    for (int copy = 2; !paths.add(path); copy++) {
      path = section.path() + "#" + copy;
    }
    ByteBuffer body = section.body(bytes);
    String reason = "no description of this device is known";
    if (description.flatMap(d -> d.shape(section.name(), section.instance())).isPresent()) {
      Optional<Shape> shape = description.flatMap(d -> section.fit(bytes, d));
      reason = "the bytes do not fit the known description of this device";
      if (shape.isPresent()) {
        try {
          List<StateNode> children =
              new ShapeReader(body, paths, MOST_NODES).readDevice(shape.get(), path);
          StateValue value = new StateValue.Struct(section.lengthBytes());
          return new StateNode(section.name(), path, "device", value, children);
        } catch (StateFormatException e) {
          reason = "the known description has more fields than can be shown";
        }
      }
    }
    return StateNode.leaf(section.name(), path, "device", new StateValue.Bytes(body, reason));
  }

  /** QEMU's name of the machine, such as {@code pc-i440fx-7.2}. */
  public String machineType() {
    return machineType;
  }

  public List<StateNode> roots() {
    return roots;
  }

  /** The node of a path such as {@code cpu[0]/env.regs[3]}. */
  public Optional<StateNode> find(String path) {
    return Optional.ofNullable(nodes.get(path));
  }

  /** Calls with every node, parents first. */
  public void forEach(Consumer<StateNode> visitor) {
    for (StateNode root : roots) {
      root.forEach(visitor);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StateTree that
        && machineType.equals(that.machineType)
        && roots.equals(that.roots);
  }

  @Override
  public int hashCode() {
    return nodes.keySet().hashCode();
  }

  @Override
  public String toString() {
    return "StateTree[" + machineType + ", " + nodes.size() + " nodes]";
  }
}
