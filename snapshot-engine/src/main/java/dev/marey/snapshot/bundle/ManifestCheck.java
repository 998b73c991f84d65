package dev.marey.snapshot.bundle;

import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.machine.options.StrangersLine;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.bundle.Manifest.CarriedDisk;
import dev.marey.snapshot.bundle.Manifest.CarriedFile;
import dev.marey.snapshot.bundle.Manifest.CarriedNode;
import dev.marey.snapshot.bundle.Manifest.CarriedShape;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What must be true of a table of contents before anything is written. */
final class ManifestCheck {

  /** Deflate makes at most this many bytes out of one. */
  private static final long MOST_PER_BYTE = 1032;

  private static final long MOST_RAM_BYTES = 1L << 42;
  private static final long MOST_DISK_BYTES = 1L << 43;

  /** It is held in memory. */
  private static final long MOST_PART_BYTES =
      Math.min(1 << 29, Math.max(1 << 26, Runtime.getRuntime().maxMemory() / 16));

  private static final int MOST_MAP_BYTES_PER_PAGE = 10;
  private static final int MOST_NODE = 9_999_999;
  private static final int MOST_TEXT = 1 << 16;

  private final Manifest manifest;

  private ManifestCheck(Manifest manifest) {
    this.manifest = manifest;
  }

  /**
   * Checks it.
   *
   * @param fileBytes how long the bundle is
   * @param freeBytes room where it is unpacked
   */
  static void check(Manifest manifest, long fileBytes, long freeBytes) throws BadBundleException {
    ManifestCheck check = new ManifestCheck(manifest);
    check.sizes(fileBytes, freeBytes);
    check.ram();
    check.files();
    check.nodes();
    expect(
        manifest.words().stream().allMatch(word -> isText(word, "")),
        "a word of its guest's line makes no sense");
    List<String> problems = StrangersLine.problems(manifest.words(), Manifest.FOLDER);
    expect(problems.isEmpty(), "its guest's option " + String.join("; ", problems));
  }

  private void sizes(long fileBytes, long freeBytes) throws BadBundleException {
    long bytes;
    try {
      bytes = manifest.bytes();
    } catch (ArithmeticException e) {
      throw new BadBundleException("it says that it holds more bytes than there can be", e);
    }
    expect(
        bytes / MOST_PER_BYTE <= fileBytes,
        "it says that it holds " + bytes + " bytes, more than its own " + fileBytes + " can");
    expect(
        bytes <= freeBytes,
        "unpacked it takes up to " + bytes + " bytes, and only " + freeBytes + " are free");
  }

  private void ram() throws BadBundleException {
    long ram = manifest.ramBytes();
    expect(
        ram > 0 && ram <= MOST_RAM_BYTES && ram % PageNumber.PAGE_BYTES == 0,
        "its guest has " + ram + " bytes of memory");
    long end = 0;
    for (RamLayout.Range range :
        manifest.ramLayout().ranges().stream()
            .sorted(Comparator.comparingLong(RamLayout.Range::offsetBytes))
            .toList()) {
      expect(
          range.offsetBytes() == end
              && range.lengthBytes() > 0
              && range.lengthBytes() <= ram - end
              && range.lengthBytes() % PageNumber.PAGE_BYTES == 0,
          "its memory has pieces that overlap or do not fit");
      end += range.lengthBytes();
    }
    expect(end == ram, "its memory has pieces that are missing");
  }

  private void files() throws BadBundleException {
    Set<String> names = new HashSet<>();
    for (CarriedDisk disk : manifest.disks()) {
      names.add(disk.file());
      expect(
          disk.bytes() > 0
              && disk.bytes() <= MOST_DISK_BYTES
              && disk.blocks() <= (disk.bytes() - 1) / CarriedImage.BLOCK_BYTES + 1,
          "a disk has " + disk.bytes() + " bytes");
    }
    for (CarriedFile file : manifest.files()) {
      expect(isName(file.name()), "a file is called " + shown(file.name()));
      expect(names.add(file.name()), "two files are called " + file.name());
    }
    Set<String> digests = new HashSet<>();
    for (CarriedShape shape : manifest.shapes()) {
      expect(
          shape.digest().matches("[0-9a-f]{64}") && digests.add(shape.digest()),
          "the name of a description makes no sense");
    }
  }

  /** A name that is safe in any folder and in any option of QEMU. */
  static boolean isName(String name) {
    return name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  }

  private static String shown(String text) {
    return text.substring(0, Math.min(80, text.length())).replaceAll("\\p{Cntrl}", "?");
  }

  private void nodes() throws BadBundleException {
    Set<String> shapes = new HashSet<>();
    manifest.shapes().forEach(shape -> shapes.add(shape.digest()));
    Set<NodeId> before = new HashSet<>();
    int last = 0;
    for (CarriedNode carried : manifest.nodes()) {
      NodeId id = carried.node().id();
      expect(id.number() > last && id.number() <= MOST_NODE, "its nodes are in no order at " + id);
      last = id.number();
      Optional<NodeId> parent = carried.node().parent();
      expect(
          parent.isEmpty() || before.contains(parent.get()), "the parent of " + id + " is missing");
      before.add(id);
      expect(
          carried.shape().isEmpty() || shapes.contains(carried.shape().get()),
          "the description of " + id + " is missing");
      parts(carried);
      expect(
          carried.diskMapBytes().size() == manifest.disks().size(),
          id + " has other disks than the guest");
      expect(
          isText(carried.node().label(), "") && isText(carried.node().note(), "\n\t"),
          "the name or note of " + id + " makes no sense");
    }
    expect(!before.isEmpty(), "there is no node in it");
    expect(before.contains(manifest.present()), "the node it goes on from is missing");
  }

  /** What is held in memory when it is read. */
  private void parts(CarriedNode node) throws BadBundleException {
    long pages = manifest.ramBytes() / PageNumber.PAGE_BYTES;
    expect(
        node.stateBytes() <= MOST_PART_BYTES
            && node.consoleBytes() <= MOST_PART_BYTES
            && node.mapBytes() <= Math.min(MOST_PART_BYTES, pages * MOST_MAP_BYTES_PER_PAGE)
            && node.diskMapBytes().stream().allMatch(bytes -> bytes <= MOST_PART_BYTES),
        "a part of " + node.node().id() + " is longer than there is reason for");
  }

  /** Words of a person, which cannot play with the terminal they are shown on. */
  private static boolean isText(String text, String allowed) {
    return text.length() <= MOST_TEXT
        && text.chars().noneMatch(c -> Character.isISOControl(c) && allowed.indexOf(c) < 0);
  }

  private static void expect(boolean so, String otherwise) throws BadBundleException {
    if (!so) {
      throw new BadBundleException(otherwise);
    }
  }
}
