package dev.marey.machine.options;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which nodes of QEMU's block layer stand on which, as the options of a line say. Immutable. */
final class DiskGraph {

  // values that look like a node's name by chance only
  private static final Set<String> NO_REFERENCE =
      Set.of("node-name", "id", "driver", "format", "filename");

  private final List<GivenOption> nodes;
  private final List<Disk> disks;
  private final DiskReferences references;

  DiskGraph(List<GivenOption> options, List<Disk> disks) {
    this.nodes =
        options.stream()
            .filter(option -> Set.of("blockdev", "drive").contains(option.name()))
            .toList();
    this.disks = List.copyOf(disks);
    this.references = new DiskReferences(options);
  }

  /** Whether anything of the option is another node of this name. */
  static boolean refersTo(GivenOption option, String name) {
    return !name.isEmpty()
        && DiskReader.properties(option).all().stream()
            .filter(property -> !NO_REFERENCE.contains(property.lastKey()))
            // the file of a -drive is a file
            .filter(property -> !(option.name().equals("drive") && property.key().equals("file")))
            .anyMatch(property -> property.value().equals(name));
  }

  /** The node of a -blockdev with this name. */
  Optional<Disk> node(String name) {
    return disks.stream()
        .filter(disk -> disk.option().name().equals("blockdev") && disk.name().equals(name))
        .findFirst();
  }

  Set<String> names() {
    Set<String> names = new HashSet<>();
    disks.forEach(disk -> names.add(disk.name()));
    names.remove("");
    return names;
  }

  /** The -blockdev options this one needs, each once, behind what it needs itself. */
  List<GivenOption> below(GivenOption top) {
    Set<GivenOption> found = new LinkedHashSet<>();
    collect(top, new HashSet<>(Set.of(top)), found);
    return List.copyOf(found);
  }

  private void collect(GivenOption top, Set<GivenOption> seen, Set<GivenOption> found) {
    for (GivenOption inner : nodes) {
      if (inner.name().equals("blockdev") && refersTo(top, inner) && seen.add(inner)) {
        collect(inner, seen, found);
        found.add(inner);
      }
    }
  }

  private boolean refersTo(GivenOption user, GivenOption inner) {
    return disks.stream()
        .filter(disk -> disk.option().equals(inner))
        .anyMatch(disk -> refersTo(user, disk.name()));
  }

  boolean isTakenByADevice(GivenOption option) {
    return disks.stream()
        .filter(disk -> disk.option().equals(option))
        .anyMatch(disk -> references.contain(disk.name()));
  }

  /** What only these need: no device, and no other disk of the line. */
  Set<GivenOption> onlyBelow(Set<GivenOption> tops) {
    Set<GivenOption> only = new HashSet<>();
    tops.forEach(top -> only.addAll(below(top)));
    only.removeIf(this::isTakenByADevice);
    boolean changed = true;
    while (changed) {
      Set<GivenOption> gone = new HashSet<>(tops);
      gone.addAll(only);
      changed = only.removeIf(inner -> isUsedBesides(gone, inner));
    }
    return Set.copyOf(only);
  }

  private boolean isUsedBesides(Set<GivenOption> gone, GivenOption inner) {
    return nodes.stream()
        .anyMatch(user -> !gone.contains(user) && !user.equals(inner) && refersTo(user, inner));
  }

  /** Whether something outside of the option takes a node inside of it. */
  boolean isTakenInside(GivenOption option) {
    return disks.stream()
        .filter(disk -> disk.option().equals(option) && !disk.prefix().isEmpty())
        .anyMatch(
            disk ->
                references.contain(disk.name())
                    || nodes.stream()
                        .anyMatch(user -> !user.equals(option) && refersTo(user, disk.name())));
  }

  /** Whether no other disk stands on it. */
  boolean isOutermost(GivenOption option) {
    return nodes.stream().noneMatch(user -> !user.equals(option) && refersTo(user, option));
  }
}
