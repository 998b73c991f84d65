package dev.marey.machine.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A QEMU 10 that is unpacked, not installed.
 *
 * @param binary its qemu-system-x86_64
 * @param arguments what tells it where its firmware is
 * @param environment what tells it where its modules are; without it QEMU tries those of the
 *     installed QEMU and complains on its standard error
 */
public record Qemu10(Path binary, List<String> arguments, Map<String, String> environment) {

  /** The same command line for this QEMU; its first word names another one. */
  public List<String> commandLine(List<String> commandLine) {
    List<String> changed = new ArrayList<>();
    changed.add(binary.toString());
    changed.addAll(arguments);
    changed.addAll(commandLine.subList(1, commandLine.size()));
    return List.copyOf(changed);
  }

  static Qemu10 unpackedIn(Path folder) {
    Path share = folder.resolve("usr").resolve("share");
    return new Qemu10(
        folder.resolve("usr/bin/qemu-system-x86_64"),
        List.of("-L", share.resolve("qemu").toString(), "-L", share.resolve("seabios").toString()),
        Map.of("QEMU_MODULE_DIR", folder.resolve("usr/lib/x86_64-linux-gnu/qemu").toString()));
  }
}
