package dev.marey.workbench.device;

import dev.marey.machine.state.Registers;
import dev.marey.machine.state.StateNode;
import dev.marey.machine.state.StateTree;
import dev.marey.machine.state.StateValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A device, group or field as a row for people.
 *
 * @param path unique among the rows
 * @param type QEMU's name of the type; empty for registers
 */
public record DeviceRow(
    String path, String name, String value, String type, List<DeviceRow> children) {

  public DeviceRow {
    children = List.copyOf(children);
  }

  /**
   * Rows of all devices, processors first and the RAM blocks last; those of a processor begin with
   * its registers by name.
   */
  public static List<DeviceRow> of(StateTree tree) {
    List<Registers> cpus = Registers.of(tree);
    List<DeviceRow> rows = new ArrayList<>();
    for (StateNode root : tree.roots()) {
      DeviceRow row = of(root);
      Optional<Registers> cpu =
          cpus.stream().filter(c -> root.path().equals("cpu[" + c.cpu() + "]")).findFirst();
      rows.add(cpu.map(registers -> withRegisters(row, registers)).orElse(row));
    }
    rows.sort(Comparator.comparingInt(DeviceRow::order));
    return rows;
  }

  private static int order(DeviceRow row) {
    return row.path().startsWith("cpu[") ? 0 : row.type().equals("ram") ? 2 : 1;
  }

  private static DeviceRow of(StateNode node) {
    List<DeviceRow> children = node.children().stream().map(DeviceRow::of).toList();
    boolean device = node.type().equals("device") || node.type().equals("ram");
    return new DeviceRow(
        node.path(), device ? node.path() : node.name(), words(node), node.type(), children);
  }

  private static String words(StateNode node) {
    if (node.value() instanceof StateValue.Bytes bytes && !bytes.reason().isEmpty()) {
      return bytes.text() + "  (" + bytes.reason() + ")";
    }
    int count = node.children().size();
    boolean group = node.value() instanceof StateValue.Struct;
    return group ? count + (count == 1 ? " field" : " fields") : node.value().text();
  }

  private static DeviceRow withRegisters(DeviceRow cpu, Registers registers) {
    List<DeviceRow> named =
        registers.all().stream()
            .map(
                register ->
                    new DeviceRow(
                        cpu.path() + "/" + register.name(),
                        register.name(),
                        "0x"
                            + register.hex()
                            + (register.decoded().isEmpty() ? "" : "  " + register.decoded()),
                        "",
                        List.of()))
            .toList();
    List<DeviceRow> children = new ArrayList<>();
    children.add(
        new DeviceRow(cpu.path() + "/registers", "registers", registers.mode(), "", named));
    children.addAll(cpu.children());
    return new DeviceRow(cpu.path(), cpu.name(), cpu.value(), cpu.type(), children);
  }

  /** Rows whose path or value contains the text, with the groups they are in. */
  public static List<DeviceRow> filtered(List<DeviceRow> rows, String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    return wanted.isEmpty() ? rows : containing(rows, wanted);
  }

  private static List<DeviceRow> containing(List<DeviceRow> rows, String wanted) {
    List<DeviceRow> kept = new ArrayList<>();
    for (DeviceRow row : rows) {
      if (row.path().toLowerCase(Locale.ROOT).contains(wanted)
          || row.value().toLowerCase(Locale.ROOT).contains(wanted)) {
        kept.add(row);
      } else {
        List<DeviceRow> children = containing(row.children(), wanted);
        if (!children.isEmpty()) {
          kept.add(new DeviceRow(row.path(), row.name(), row.value(), row.type(), children));
        }
      }
    }
    return kept;
  }

  /** How many fields there are in these rows, without groups. */
  public static int fieldCount(List<DeviceRow> rows) {
    return rows.stream()
        .mapToInt(row -> row.children().isEmpty() ? 1 : fieldCount(row.children()))
        .sum();
  }

  /** {@code cpu[0]/env.eip = 0x0000fff0}. */
  String line() {
    return path + " = " + value;
  }
}
