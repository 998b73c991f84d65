package dev.marey.machine.options;

import dev.marey.machine.options.Disk.Access;
import dev.marey.machine.options.PropertyList.Property;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges the disks of a line: what the guest can write must be a file of this machine, so that
 * Marey can serve it; files must be there.
 */
final class DiskJudge {

  private static final String WRITABLE =
      "the guest can write this disk, and Marey captures only disks that are files of this machine."
          + " What the guest writes elsewhere would not go back with its RAM.";
  private static final String READ_ONLY =
      "Give a file of this machine, or make it read-only: -drive"
          + " file=ADDRESS,format=FORMAT,if=virtio,readonly=on (QEMU has no read-only IDE disk), or"
          + " -cdrom.";
  // these hand the addresses of guest RAM to hardware, to the kernel or to another process
  private static final Map<String, String> BYPASSING =
      Map.of(
          "nvme", "VFIO",
          "nvme-io_uring", "requests of its own to the hardware",
          "virtio-blk-vfio-pci", "VFIO",
          "virtio-blk-vhost-user", "vhost",
          "virtio-blk-vhost-vdpa", "vhost");
  private final GuestDraft draft;
  private final DiskReferences references;
  private final List<Disk> disks;
  private final DiskGraph graph;
  private final WrittenDisks written;

  DiskJudge(GuestDraft draft, List<GivenOption> options) {
    this.draft = draft;
    this.references = new DiskReferences(options);
    this.disks = options.stream().flatMap(option -> DiskReader.read(option).stream()).toList();
    this.graph = new DiskGraph(options, disks);
    this.written = new WrittenDisks(draft, options, disks, graph);
  }

  void judge(GivenOption option) {
    PropertyList list = DiskReader.properties(option);
    if (!option.name().equals("drive") && !option.name().equals("blockdev")) {
      list = PropertyList.EMPTY.with("file", option.value());
    }
    if (isRefusedAsWritten(option, list) || written.isBelow(option)) {
      return;
    }
    for (Disk disk : disks) {
      if (disk.option().equals(option) && isWritableByTheGuest(disk, new HashSet<>())) {
        if (!disk.prefix().isEmpty() || !written.take(option)) {
          draft.refuse(option, WRITABLE, remedy(option, disk));
        }
        return;
      }
    }
    if (option.name().equals("cdrom")) {
      draft.keep(option, DiskFiles.absolute(draft, option, option.value()));
    } else {
      String implied = option.name().equals("blockdev") ? "driver" : "";
      draft.keep(option, list, DiskFiles.absolute(draft, option, list, graph.names()), implied);
    }
  }

  private boolean isRefusedAsWritten(GivenOption option, PropertyList list) {
    Optional<String> bypassing = bypassing(list);
    Optional<String> wrapped =
        list.all().stream()
            .map(Property::value)
            .filter(value -> value.matches("(?s)(json|blkdebug|blkverify):.*"))
            .map(value -> value.substring(0, value.indexOf(':') + 1))
            .findFirst();
    Optional<String> twice = twice(list);
    if (bypassing.isPresent()) {
      draft.refuse(
          option,
          bypassing.get() + " writes guest RAM past what Marey watches.",
          "Give a file, or the host's block device, with readonly=on.");
    } else if (wrapped.isPresent()) {
      draft.refuse(
          option,
          "what stands behind " + wrapped.get() + " is not judged.",
          "Write it as properties of this option: driver=…,file.driver=…,file.filename=….");
    } else if (twice.isPresent()) {
      draft.refuse(
          option,
          "the property "
              + twice.get()
              + " stands in it more than once, and which one QEMU takes differs.",
          "Write it once.");
    } else {
      return false;
    }
    return true;
  }

  private static Optional<String> bypassing(PropertyList list) {
    for (Property property : list.all()) {
      boolean address = property.value().contains("nvme://");
      String driver = address ? "nvme" : property.value();
      if (address || (property.lastKey().equals("driver") && BYPASSING.containsKey(driver))) {
        return Optional.of("the block driver " + driver + " (" + BYPASSING.get(driver) + ")");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> twice(PropertyList list) {
    Set<String> seen = new HashSet<>();
    return list.all().stream()
        .map(Property::key)
        .filter(key -> !seen.add(key.equals("readonly") ? "read-only" : key))
        .findFirst();
  }

  /**
   * A node that is not read-only may lie below read-only ones, which never write it, as long as no
   * device takes it by its name.
   */
  private boolean isWritableByTheGuest(Disk disk, Set<Disk> seen) {
    if (disk.access() != Access.WRITABLE) {
      return false;
    }
    boolean ofADevice = disk.prefix().isEmpty() && !disk.option().name().equals("blockdev");
    if (ofADevice || references.contain(disk.name()) || !seen.add(disk)) {
      return true;
    }
    List<Disk> above =
        disks.stream()
            .filter(
                other ->
                    other.prefix().isEmpty()
                        && (disk.prefix().isEmpty()
                            ? DiskGraph.refersTo(other.option(), disk.name())
                            : other.option().equals(disk.option())))
            .toList();
    return above.isEmpty()
        || above.stream()
            .anyMatch(
                other -> other.access() != Access.READ_ONLY && isWritableByTheGuest(other, seen));
  }

  /** What a device says it takes must be a disk that was judged. */
  void judgeReferences() {
    references
        .toNone(graph.names())
        .forEach(
            (option, name) ->
                draft.refuse(
                    option,
                    "there is no disk " + name + " in this line.",
                    "Write the id of a -drive or the node-name of a -blockdev."));
  }

  private static String remedy(GivenOption option, Disk disk) {
    if (option.name().equals("blockdev")) {
      return "Give a file of this machine, or add read-only=on and use it with a device that can be"
          + " read-only.";
    }
    if (!disk.prefix().isEmpty()) {
      return "Remove " + disk.prefix() + "read-only, or give the device the drive itself.";
    }
    if (option.name().equals("pflash")) {
      return "Give a file of this machine, or use -drive"
          + " if=pflash,format=raw,readonly=on,file=ADDRESS.";
    }
    return disk.bus().equals("pflash")
        ? "Add readonly=on, or give a file of this machine."
        : READ_ONLY;
  }
}
