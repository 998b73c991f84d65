package dev.marey.snapshot;

import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Parsed device states of a machine and of a node, compared field by field. */
final class DeviceFields {

  private DeviceFields() {}

  /** Fields that the machine has otherwise than the node. */
  static List<String> differences(DeviceState state, NodeContent content) throws Exception {
    Map<String, String> expected = fields(content.deviceState(), content);
    List<String> differences = new ArrayList<>();
    fields(state, content)
        .forEach(
            (path, value) -> {
              if (!value.equals(expected.remove(path))) {
                differences.add(path + " = " + value);
              }
            });
    expected.forEach((path, value) -> differences.add(path + " is missing"));
    return differences;
  }

  /** Every field of a device state by its path. */
  private static Map<String, String> fields(DeviceState state, NodeContent content)
      throws Exception {
    Map<String, String> fields = new TreeMap<>();
    StateTree.of(state, content.description().orElseThrow())
        .forEach(node -> fields.put(node.path(), node.value().text()));
    // QEMU's own note of whether it was running, which it sets anew when it saves; a node has its
    // own.
    fields.keySet().removeIf(path -> path.startsWith("globalstate"));
    // QEMU takes these over only after a disk error (ide_bmdma_post_load).
    fields.keySet().removeIf(path -> path.contains("/migration_retry_"));
    return fields;
  }
}
