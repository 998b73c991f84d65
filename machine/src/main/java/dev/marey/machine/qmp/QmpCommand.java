package dev.marey.machine.qmp;

import java.util.Map;

/**
 * One command to QEMU.
 *
 * @param name as in QEMU's QMP reference, such as {@code query-status}
 * @param arguments by name; values are strings, numbers, booleans, maps and lists
 */
public record QmpCommand(String name, Map<String, ?> arguments) {

  public QmpCommand {
    arguments = Map.copyOf(arguments);
  }

  public static QmpCommand of(String name) {
    return new QmpCommand(name, Map.of());
  }

  public static QmpCommand of(String name, Map<String, ?> arguments) {
    return new QmpCommand(name, arguments);
  }
}
