package dev.marey.machine.options;

import dev.marey.machine.GuestDefinition;
import dev.marey.machine.options.PropertyList.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A guest's line as it is carried to another machine, together with the files it names. It is
 * judged there as if a person had typed it, so it is written as one could; and {@link
 * StrangersLine} says what it may not do there.
 */
public final class CarriedLine {

  // they watch QEMU and are no part of the guest
  private static final Set<String> LEFT_OUT =
      Set.of("D", "d", "dfilter", "trace", "plugin", "perfmap", "jitdump", "enable-sync-profile");
  private static final Set<String> OF_THE_SERVED =
      Set.of("driver", "discard", "server.type", "server.path", "export");
  private static final Pattern CONSOLE =
      Pattern.compile(
          "^socket,id=(.*),path=" + Pattern.quote(GuestDefinition.CONSOLE_SOCKET) + "(.*)$");

  private CarriedLine() {}

  /**
   * Words behind the program.
   *
   * @param machineType QEMU's versioned name, which a newer QEMU knows too; empty for that of the
   *     definition
   * @param carried what stands for the files that an argument names
   * @param disk where the disk with that number in the definition will be, as a raw image
   */
  public static List<String> of(
      GuestDefinition guest,
      String machineType,
      Function<String, String> carried,
      Function<Integer, String> disk) {
    List<String> words = new ArrayList<>();
    String machine = machineType.isEmpty() ? guest.machineType() : machineType;
    String options = carried.apply(guest.machineOptions());
    String board =
        machine.isEmpty() || options.isEmpty() ? machine + options : machine + "," + options;
    if (!board.isEmpty()) {
      words.addAll(List.of("-machine", board));
    }
    words.addAll(List.of("-m", guest.ramBytes() + "B"));
    int disks = 0;
    for (GivenOption option : options(guest.arguments())) {
      if (LEFT_OUT.contains(option.name())) {
        continue;
      }
      if (option.name().equals("cdrom")) {
        words.addAll(
            List.of("-drive", raw("index=2,media=cdrom,file=" + carried.apply(option.value()))));
        continue;
      }
      words.add("-" + option.name());
      if (!takesValue(option.name())) {
        continue;
      }
      PropertyList list = PropertyList.parse(option.value(), "");
      if (list.get("server.path").equals(GuestDefinition.DISK_SOCKET)) {
        words.add(image(option.name(), list, disk.apply(disks++)));
      } else if (option.name().equals("drive")) {
        words.add(raw(carried.apply(option.value())));
      } else if (option.name().equals("append")) {
        words.add(option.value());
      } else {
        words.add(carried.apply(CONSOLE.matcher(option.value()).replaceFirst("stdio,id=$1$2")));
      }
    }
    if (guest.startPaused()) {
      words.add("-S");
    }
    guest.gdb().ifPresent(where -> words.addAll(List.of("-gdb", where)));
    if (!guest.screen()) {
      words.addAll(List.of("-display", "none"));
    }
    return List.copyOf(words);
  }

  /** A disk in a file whose format QEMU would look for; it is carried if that is none. */
  private static String raw(String drive) {
    PropertyList list = PropertyList.parse(drive, "");
    boolean told = list.find("format").or(() -> list.find("driver")).isPresent();
    return told || list.find("file").isEmpty() ? drive : list.with("format", "raw").toText("");
  }

  private static String image(String option, PropertyList served, String path) {
    PropertyList own = PropertyList.EMPTY;
    for (Property property : served.without(OF_THE_SERVED::contains).all()) {
      own = own.with(property.key(), property.value());
    }
    return option.equals("blockdev")
        ? own.with("driver", "raw")
            .with("file.driver", "file")
            .with("file.filename", path)
            .toText("")
        : own.with("format", "raw").with("file", path).toText("");
  }

  /** Options of a line that was judged, with their values. */
  static List<GivenOption> options(List<String> arguments) {
    List<GivenOption> options = new ArrayList<>();
    for (int at = 0; at < arguments.size(); at++) {
      String name = arguments.get(at).replaceFirst("^--?", "");
      boolean value = takesValue(name) && at + 1 < arguments.size();
      options.add(new GivenOption(name, value ? arguments.get(++at) : "", 0, 0));
    }
    return options;
  }

  private static boolean takesValue(String name) {
    return OptionTable.find(name).map(QemuOption::takesValue).orElse(false);
  }
}
