package dev.marey.machine.options;

import dev.marey.machine.options.Disk.Access;
import dev.marey.machine.options.PropertyList.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the disks in the options of a line. What does not say that it is read-only counts as
 * writable, whatever its driver.
 */
final class DiskReader {

  private static final Set<String> OLD_STYLE =
      Set.of("fda", "fdb", "hda", "hdb", "hdc", "hdd", "mtdblock", "sd", "pflash");
  private static final Set<String> FORGETFUL = Set.of("null-co", "null-aio");
  // what a drive without a medium can have; everything else says what is in it
  private static final Set<String> MEDIUMLESS =
      Set.of(
          "if",
          "id",
          "index",
          "bus",
          "unit",
          "media",
          "format",
          "readonly",
          "read-only",
          "cache",
          "aio",
          "werror",
          "rerror",
          "discard",
          "detect-zeroes");

  private DiskReader() {}

  static PropertyList properties(GivenOption option) {
    return PropertyList.parse(option.value(), option.name().equals("blockdev") ? "driver" : "");
  }

  /** All disks of an option, the outermost first; none if it is about no disk. */
  static List<Disk> read(GivenOption option) {
    if (OLD_STYLE.contains(option.name())) {
      return List.of(plain(option, Access.WRITABLE));
    }
    return switch (option.name()) {
      case "cdrom" -> List.of(plain(option, Access.READ_ONLY));
      case "drive", "blockdev" -> nodes(option, properties(option));
      default -> List.of();
    };
  }

  private static Disk plain(GivenOption option, Access access) {
    return new Disk(option, "", "", option.value(), "", "", access);
  }

  private static List<Disk> nodes(GivenOption option, PropertyList list) {
    List<Disk> disks = new ArrayList<>();
    disks.add(
        new Disk(
            option,
            "",
            list.find("node-name").or(() -> list.find("id")).orElse(""),
            list.find("filename")
                .or(() -> list.find("file"))
                .or(() -> list.find("file.filename"))
                .orElse(""),
            list.find("driver").or(() -> list.find("format")).orElse(""),
            list.get("if"),
            outermost(option, list)));
    if (list.find("node-name").isPresent() && list.find("id").isPresent()) {
      // a drive with two names
      disks.add(named(disks.get(0), list.get("id")));
    }
    for (Property property : list.all()) {
      if (property.lastKey().equals("node-name") && property.key().contains(".")) {
        String prefix = property.key().substring(0, property.key().length() - 9);
        disks.add(
            new Disk(
                option,
                prefix,
                property.value(),
                list.get(prefix + "filename"),
                list.get(prefix + "driver"),
                "",
                inner(option, list, prefix)));
      }
    }
    return List.copyOf(disks);
  }

  private static Disk named(Disk disk, String name) {
    return new Disk(
        disk.option(), disk.prefix(), name, disk.file(), disk.driver(), disk.bus(), disk.access());
  }

  private static Access outermost(GivenOption option, PropertyList list) {
    if (option.name().equals("drive")) {
      if (list.get("media").equals("cdrom") || isReadOnly(list, "").orElse(false)) {
        return Access.READ_ONLY;
      }
      boolean noMedium =
          list.all().stream()
              .allMatch(
                  property ->
                      MEDIUMLESS.contains(property.key())
                          || (property.key().equals("file") && property.value().isEmpty()));
      if (noMedium) {
        return Access.EMPTY;
      }
      boolean raw =
          list.find("driver").or(() -> list.find("format")).map("raw"::equals).orElse(true);
      if (raw && (list.get("file").startsWith("null-co:") || forgetful(list, "file."))) {
        return Access.FORGETFUL;
      }
    }
    if (forgetful(list, "")) {
      return Access.FORGETFUL;
    }
    return isReadOnly(list, "").orElse(false) ? Access.READ_ONLY : Access.WRITABLE;
  }

  /** An inner node is read-only when it says so, or when it says nothing and the next outer is. */
  private static Access inner(GivenOption option, PropertyList list, String prefix) {
    if (forgetful(list, prefix)) {
      return Access.FORGETFUL;
    }
    Optional<Boolean> own = isReadOnly(list, prefix);
    if (own.isPresent()) {
      return own.get() ? Access.READ_ONLY : Access.WRITABLE;
    }
    String outer = prefix.substring(0, prefix.lastIndexOf('.', prefix.length() - 2) + 1);
    return outer.isEmpty() ? outermost(option, list) : inner(option, list, outer);
  }

  private static boolean forgetful(PropertyList list, String prefix) {
    return FORGETFUL.contains(list.get(prefix + "driver"));
  }

  private static Optional<Boolean> isReadOnly(PropertyList list, String prefix) {
    return list.find(prefix + "read-only")
        .or(() -> prefix.isEmpty() ? list.find("readonly") : Optional.empty())
        .map(PropertyList::isOnWord);
  }
}
