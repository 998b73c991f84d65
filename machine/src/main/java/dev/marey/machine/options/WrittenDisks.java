package dev.marey.machine.options;

import dev.marey.machine.DiskDefinition;
import dev.marey.machine.GuestDefinition;
import dev.marey.machine.options.Disk.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Disks that the guest writes. QEMU gets them from Marey, which keeps what is written; the person's
 * image is read by a QEMU of its own. So each option is taken apart: one half stays with the guest
 * (bus, index, name, what happens on errors), the other is an {@link ImageReading}.
 */
final class WrittenDisks {

  // the rest of -drive FILE behind these options
  private static final Map<String, String> OLD_STYLE =
      Map.of(
          "hda", "index=0,media=disk",
          "hdb", "index=1,media=disk",
          "hdc", "index=2,media=disk",
          "hdd", "index=3,media=disk",
          "fda", "if=floppy,index=0",
          "fdb", "if=floppy,index=1",
          "sd", "if=sd",
          "mtdblock", "if=mtd",
          "pflash", "if=pflash");
  private static final Set<String> OF_THE_GUEST =
      Set.of(
          "if",
          "id",
          "node-name",
          "index",
          "bus",
          "unit",
          "media",
          "werror",
          "rerror",
          "detect-zeroes",
          "group");

  private final GuestDraft draft;
  private final List<GivenOption> options;
  private final DiskGraph graph;
  private final Set<GivenOption> below;

  WrittenDisks(GuestDraft draft, List<GivenOption> options, List<Disk> disks, DiskGraph graph) {
    this.draft = draft;
    this.options = List.copyOf(options);
    this.graph = graph;
    Set<GivenOption> tops = new HashSet<>();
    for (Disk disk : disks) {
      GivenOption option = disk.option();
      if (disk.prefix().isEmpty()
          && disk.access() == Access.WRITABLE
          && (graph.isTakenByADevice(option) || graph.isOutermost(option))) {
        tops.add(option);
      }
    }
    this.below = graph.onlyBelow(tops);
  }

  /** Whether the option only says how the image of a disk is read that the guest writes. */
  boolean isBelow(GivenOption option) {
    return below.contains(option);
  }

  /**
   * Takes a disk apart, or adds a problem.
   *
   * @return false, with nothing done, if its image is no file of this machine
   */
  boolean take(GivenOption option) {
    boolean node = option.name().equals("blockdev");
    PropertyList list = node ? DiskReader.properties(option) : drive(option);
    PropertyList image = node ? list : list.without(WrittenDisks::isOfTheGuest);
    ImageReading reading = ImageReading.of(draft, options, graph, option, image);
    Optional<Path> file = reading.file();
    if (file.isEmpty()) {
      return false;
    }
    if (isRefused(option, file.get())) {
      return true;
    }
    String name = nextName();
    draft.disks.add(
        new DiskDefinition(
            name, option.whole(), file.get(), reading.isRaw(), reading.options(name)));
    draft.notice(
        option,
        "what the guest writes is kept in the session and goes back with its RAM; "
            + file.get()
            + " itself is never written.");
    PropertyList guests = list.without(key -> !(node ? isTheName(key) : isOfTheGuest(key)));
    draft.arguments.add(node ? "-blockdev" : "-drive");
    draft.arguments.add(served(guests, name).toText(""));
    return true;
  }

  private boolean isRefused(GivenOption option, Path file) {
    Optional<DiskDefinition> twin =
        draft.disks.stream().filter(disk -> isSame(disk.image(), file)).findFirst();
    if (graph.isTakenInside(option)) {
      draft.refuse(
          option,
          "the guest can write this disk, so Marey serves it, without the node inside that the line"
              + " names elsewhere.",
          "Give the device the disk itself.");
      return true;
    }
    twin.ifPresent(
        disk ->
            draft.refuse(
                option,
                "the image is that of "
                    + disk.option()
                    + ", too, and what the guest writes to one disk would not be on the other.",
                "Attach it once, or give each disk a copy of its own."));
    return twin.isPresent();
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException e) {
      // one is missing, which is a problem already
      return false;
    }
  }

  private static PropertyList drive(GivenOption option) {
    return option.name().equals("drive")
        ? DiskReader.properties(option)
        : PropertyList.parse(OLD_STYLE.getOrDefault(option.name(), ""), "")
            .with("file", option.value());
  }

  private String nextName() {
    Set<String> taken = graph.names();
    draft.disks.forEach(disk -> taken.add(disk.name()));
    int number = draft.disks.size();
    while (taken.contains("disk" + number)) {
      number++;
    }
    return "disk" + number;
  }

  private static PropertyList served(PropertyList guests, String name) {
    PropertyList served = PropertyList.EMPTY;
    for (var property : guests.all()) {
      served = served.with(property.key(), property.value());
    }
    return served
        .with("driver", "nbd")
        .with("discard", "unmap")
        .with("server.type", "unix")
        .with("server.path", GuestDefinition.DISK_SOCKET)
        .with("export", name);
  }

  private static boolean isTheName(String key) {
    return key.equals("node-name");
  }

  private static boolean isOfTheGuest(String key) {
    return OF_THE_GUEST.contains(key)
        || key.startsWith("throttling.")
        || key.matches("(bps|iops).*");
  }
}
