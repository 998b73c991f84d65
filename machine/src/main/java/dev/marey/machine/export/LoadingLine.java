package dev.marey.machine.export;

import dev.marey.machine.GuestDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The command line by which a stock QEMU goes on from an exported instant: the guest's devices, its
 * console on the terminal, its disks from exported images.
 */
public final class LoadingLine {

  private static final Pattern DISK =
      Pattern.compile(
          "server\\.type=unix,server\\.path="
              + Pattern.quote(GuestDefinition.DISK_SOCKET)
              + ",export=(disk[0-9]+)");

  private LoadingLine() {}

  /**
   * Where an export of a disk lies beside that of the machine.
   *
   * @param disk its name in {@link GuestDefinition#disks()}
   */
  public static Path diskBeside(Path file, String disk) {
    return file.resolveSibling(file.getFileName() + "." + disk + ".raw");
  }

  /**
   * The words of the line.
   *
   * @param machineType QEMU's versioned name, which a newer QEMU knows too
   * @param incoming what loads the instant, such as {@code -incoming} and its value
   */
  public static List<String> of(
      GuestDefinition guest, String machineType, Path file, List<String> incoming) {
    List<String> line = new ArrayList<>();
    line.add(guest.qemu().toString());
    String machine = machineType.isEmpty() ? guest.machineType() : machineType;
    if (!guest.machineOptions().isEmpty()) {
      machine += "," + guest.machineOptions();
    }
    line.addAll(List.of("-machine", machine, "-m", "size=" + guest.ramBytes() + "B"));
    for (String argument : guest.arguments()) {
      line.add(argument(argument, file));
    }
    if (!guest.screen()) {
      line.addAll(List.of("-display", "none"));
    }
    line.addAll(incoming);
    return List.copyOf(line);
  }

  private static String argument(String argument, Path file) {
    String consoled = argument;
    String path = ",path=" + GuestDefinition.CONSOLE_SOCKET;
    if (argument.contains(path)) {
      consoled = argument.replace(path, ",signal=off").replaceFirst("^socket,", "stdio,");
    }
    Matcher disk = DISK.matcher(consoled);
    if (!disk.find()) {
      return consoled;
    }
    String image = diskBeside(file, disk.group(1)).toString().replace(",", ",,");
    return disk.replaceFirst(Matcher.quoteReplacement("filename=" + image))
        .replace("driver=nbd", "driver=file");
  }
}
