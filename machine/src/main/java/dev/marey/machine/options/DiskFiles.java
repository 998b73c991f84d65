package dev.marey.machine.options;

import dev.marey.machine.options.PropertyList.Property;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of disks: a path becomes absolute and must be there, another address is left alone. */
final class DiskFiles {

  // protocols of QEMU that have a path of this machine behind them
  private static final Pattern PROTOCOL_WITH_PATH =
      Pattern.compile("(file:|fat:(?:rw:|floppy:|12:|16:|32:)*|host_device:|nbd:unix:)([^:]+)(.*)");

  private DiskFiles() {}

  /** The value with every path in it absolute. */
  static PropertyList absolute(
      GuestDraft draft, GivenOption option, PropertyList list, Set<String> nodes) {
    return list.map(
        property ->
            Optional.of(
                isPath(list, property, nodes)
                    ? isPlainFile(list, property)
                        ? draft.file(option, property.value())
                        : absolute(draft, option, property.value())
                    : property.value()));
  }

  private static boolean isPath(PropertyList list, Property property, Set<String> nodes) {
    String key = property.key();
    return !property.value().isEmpty()
        && switch (property.lastKey()) {
          case "file" -> key.equals("file") && !nodes.contains(property.value());
          case "filename", "dir", "config", "conf" -> true;
          // a path on another machine unless the address is a socket of this one
          case "path" -> list.get(key.substring(0, key.length() - 4) + "type").equals("unix");
          default -> false;
        };
  }

  /** Beside driver=file a name has no protocol in front, even where it has a colon. */
  private static boolean isPlainFile(PropertyList list, Property property) {
    String key = property.key();
    String prefix = key.substring(0, key.length() - property.lastKey().length());
    return property.lastKey().equals("filename")
        && Set.of("file", "host_device", "host_cdrom").contains(list.get(prefix + "driver"));
  }

  static String absolute(GuestDraft draft, GivenOption option, String name) {
    Matcher inside = PROTOCOL_WITH_PATH.matcher(name);
    if (inside.matches()) {
      return inside.group(1) + draft.file(option, inside.group(2)) + inside.group(3);
    }
    int colon = name.indexOf(':');
    int slash = name.indexOf('/');
    boolean protocol = colon > 0 && (slash < 0 || colon < slash);
    return protocol ? name : draft.file(option, name);
  }
}
