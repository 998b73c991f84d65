package dev.marey.machine.options;

import dev.marey.machine.options.PropertyList.Property;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How the image of a disk is read that the guest writes: what the person's options say of it,
 * read-only. Immutable.
 */
final class ImageReading {

  private static final Set<String> OF_WRITING =
      Set.of(
          "cache",
          "aio",
          "locking",
          "discard",
          "snapshot",
          "read-only",
          "readonly",
          "auto-read-only",
          "copy-on-read",
          "detect-zeroes");
  // these write when they are read, or write somewhere else
  private static final Set<String> WRITING_DRIVERS =
      Set.of(
          "copy-on-read",
          "copy-before-write",
          "blklogwrites",
          "blkreplay",
          "preallocate",
          "replication");
  private static final Set<String> FILE_DRIVERS = Set.of("", "file", "host_device");
  private static final Set<String> PLAIN =
      Set.of("file", "format", "driver", "filename", "file.driver", "file.filename", "node-name");
  private static final int FILE_TYPE = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  /** One option, its paths absolute. */
  private record Part(GivenOption option, PropertyList list) {}

  private final List<GivenOption> options;
  private final GuestDraft draft;
  private final DiskGraph graph;
  // innermost first
  private final List<Part> parts;

  private ImageReading(
      GuestDraft draft, List<GivenOption> options, DiskGraph graph, List<Part> parts) {
    this.draft = draft;
    this.options = List.copyOf(options);
    this.graph = graph;
    this.parts = List.copyOf(parts);
  }

  /**
   * Adds a problem to the draft for each file that is not there.
   *
   * @param list properties of the option that concern the image
   */
  static ImageReading of(
      GuestDraft draft,
      List<GivenOption> options,
      DiskGraph graph,
      GivenOption option,
      PropertyList list) {
    List<Part> parts = new ArrayList<>();
    for (GivenOption inner : graph.below(option)) {
      parts.add(
          new Part(
              inner,
              DiskFiles.absolute(draft, inner, DiskReader.properties(inner), graph.names())));
    }
    Set<String> nodes = option.name().equals("blockdev") ? graph.names() : Set.of();
    parts.add(new Part(option, DiskFiles.absolute(draft, option, list, nodes)));
    return new ImageReading(draft, options, graph, parts);
  }

  private Part top() {
    return parts.get(parts.size() - 1);
  }

  /** The image, if it is a file of this machine. A file that is missing counts as one. */
  Optional<Path> file() {
    boolean writes =
        parts.stream()
            .flatMap(part -> part.list.all().stream())
            .anyMatch(
                property ->
                    property.lastKey().equals("driver")
                        && WRITING_DRIVERS.contains(property.value()));
    return writes
        ? Optional.empty()
        : file(top(), "", new HashSet<>()).map(Path::of).filter(ImageReading::holdsADisk);
  }

  private Optional<String> file(Part part, String prefix, Set<String> seen) {
    PropertyList list = part.list;
    Optional<String> name = list.find(prefix + "filename");
    Optional<String> inner = list.find(prefix + "file");
    if (name.isPresent()) {
      return name.filter(path -> FILE_DRIVERS.contains(list.get(prefix + "driver")))
          .flatMap(ImageReading::path);
    }
    if (inner.isEmpty()) {
      boolean deeper =
          list.all().stream().anyMatch(property -> property.key().startsWith(prefix + "file."));
      return deeper ? file(part, prefix + "file.", seen) : Optional.empty();
    }
    if (!part.option.name().equals("blockdev") && prefix.isEmpty()) {
      return inner
          .filter(path -> FILE_DRIVERS.contains(list.get("file.driver")))
          .flatMap(ImageReading::path);
    }
    return inner
        .filter(seen::add)
        .flatMap(graph::node)
        .flatMap(
            disk ->
                parts.stream()
                    .filter(other -> other.option.equals(disk.option()))
                    .findFirst()
                    .flatMap(other -> file(other, disk.prefix(), seen)));
  }

  private static Optional<String> path(String name) {
    return Optional.of(name.replaceFirst("^(file|host_device):", ""))
        .filter(path -> path.startsWith("/"));
  }

  private static boolean holdsADisk(Path path) {
    try {
      return !Files.exists(path)
          || Files.isRegularFile(path)
          || ((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE) == BLOCK_DEVICE;
    } catch (IOException e) {
      throw new UncheckedIOException("the type of " + path + " can't be read", e);
    }
  }

  /** Whether the disk's bytes are the file's, as far as the options tell. */
  boolean isRaw() {
    PropertyList top = top().list;
    String driver = top.find("driver").or(() -> top.find("format")).orElse("");
    return parts.size() <= 2
        && parts.stream()
            .flatMap(part -> part.list.all().stream())
            .allMatch(property -> PLAIN.contains(property.key()) || isOfWriting(property.key()))
        && (driver.equals("raw")
            || (parts.size() == 1 && Set.of("file", "host_device").contains(driver)))
        && FILE_DRIVERS.contains(top.get("file.driver"))
        && (parts.size() == 1 || FILE_DRIVERS.contains(parts.get(0).list.get("driver")));
  }

  /** Options for a QEMU without a guest, which then has the image as this node. */
  List<String> options(String node) {
    List<String> reading = objects();
    for (Part part : parts) {
      PropertyList list = part.list.without(ImageReading::isOfWriting).with("read-only", "on");
      if (part.equals(top())) {
        list = list.with("node-name", node);
      }
      boolean blockdev = part.option.name().equals("blockdev");
      reading.add(blockdev ? "-blockdev" : "-drive");
      reading.add(blockdev ? list.toText("driver") : list.with("if", "none").toText(""));
    }
    return reading;
  }

  /** The objects that are named: secrets, and what they name themselves. */
  private List<String> objects() {
    Set<String> named = new HashSet<>();
    parts.forEach(part -> addValues(named, part.list));
    Set<GivenOption> found = new HashSet<>();
    boolean more = true;
    while (more) {
      more = false;
      for (GivenOption option : options) {
        PropertyList object = PropertyList.parse(option.value(), "qom-type");
        if (option.name().equals("object") && named.contains(object.get("id"))) {
          more |= found.add(option);
          addValues(named, object);
        }
      }
    }
    List<String> objects = new ArrayList<>();
    options.stream()
        .filter(found::contains)
        .forEach(option -> objects.addAll(List.of("-object", absolute(option))));
    return objects;
  }

  private String absolute(GivenOption option) {
    PropertyList object = PropertyList.parse(option.value(), "qom-type");
    return PathProperty.absolute(draft, option, object.get("qom-type"), object).toText("qom-type");
  }

  private static void addValues(Set<String> values, PropertyList list) {
    list.all().stream().map(Property::value).forEach(values::add);
  }

  private static boolean isOfWriting(String key) {
    String last = key.substring(key.lastIndexOf('.') + 1);
    return OF_WRITING.contains(last) || key.contains("cache.");
  }
}
