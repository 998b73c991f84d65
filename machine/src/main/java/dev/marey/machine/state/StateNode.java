package dev.marey.machine.state;

import java.util.List;
import java.util.function.Consumer;

/**
 * A named, typed piece of a device state.
 *
 * @param name as QEMU calls it, {@code [3]} for an element of an array
 * @param path unique in its tree and the same in every tree of that shape, such as {@code
 *     cpu[0]/env.regs[3]}
 * @param type QEMU's name of the type, such as {@code uint32}, {@code timer}, {@code struct}; ours
 *     are {@code device}, {@code subsection} and {@code ram}
 * @param children empty for everything but structures and arrays
 */
public record StateNode(
    String name, String path, String type, StateValue value, List<StateNode> children) {

  public StateNode {
    children = List.copyOf(children);
  }

  static StateNode leaf(String name, String path, String type, StateValue value) {
    return new StateNode(name, path, type, value, List.of());
  }

  /** Calls with this node and everything below it, parents first. */
  public void forEach(Consumer<StateNode> visitor) {
    visitor.accept(this);
    for (StateNode child : children) {
      child.forEach(visitor);
    }
  }
}
