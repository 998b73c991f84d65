package dev.marey.snapshot.bundle;

import dev.marey.machine.RamLayout;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * The first entry of a bundle: what the others are and how long each of them is. A reader takes
 * exactly these, in this order.
 *
 * @param words the guest's line behind the program; {@link #FOLDER} stands for where the files are
 * @param ramBytes size of guest RAM
 * @param ramLayout where it lies
 * @param files what the line names
 * @param disks images of the disks that the guest writes, in its order
 * @param pages unique contents of pages
 * @param shapes descriptions of device states
 * @param nodes by ascending id, each behind its parent
 * @param present the node that the present runs on from
 */
record Manifest(
    List<String> words,
    long ramBytes,
    RamLayout ramLayout,
    List<CarriedFile> files,
    List<CarriedDisk> disks,
    int pages,
    List<CarriedShape> shapes,
    List<CarriedNode> nodes,
    NodeId present) {

  static final int FORMAT = 1;

  /** Stands in the line for the folder of the files. */
  static final String FOLDER = "{marey.files}";

  static final String NAME = "bundle";
  static final String PAGES = "pages";
  static final String CHECKSUMS = "checksums";

  Manifest {
    words = List.copyOf(words);
    files = List.copyOf(files);
    disks = List.copyOf(disks);
    shapes = List.copyOf(shapes);
    nodes = List.copyOf(nodes);
  }

  /** A file, as it was. */
  record CarriedFile(String name, long bytes) {
    String entry() {
      return "files/" + name;
    }
  }

  /**
   * The image of a disk.
   *
   * @param bytes its length
   * @param blocks blocks that are not all zeroes; only they are in the bundle
   */
  record CarriedDisk(int number, long bytes, int blocks) {

    /** Name of the raw image that is made of it. */
    String file() {
      return "disk" + number + ".raw";
    }

    String entry() {
      return "disks/" + number;
    }

    long entryBytes() {
      return (long) blocks * (Integer.BYTES + CarriedImage.BLOCK_BYTES);
    }
  }

  /** A description of device states. */
  record CarriedShape(String digest, int bytes) {
    String entry() {
      return "shapes/" + digest;
    }
  }

  /**
   * A node.
   *
   * @param node its parent is one of the bundle
   * @param shape the description of its device state
   * @param stateBytes length of its device state
   * @param mapBytes length of its page map
   * @param diskMapBytes the same for its disks
   * @param consoleKept how many bytes of its parent's console output come before its own
   * @param consoleBytes how many bytes of its own there are
   */
  record CarriedNode(
      Node node,
      Optional<String> shape,
      int stateBytes,
      int mapBytes,
      List<Integer> diskMapBytes,
      long consoleKept,
      int consoleBytes) {

    CarriedNode {
      diskMapBytes = List.copyOf(diskMapBytes);
    }

    String entry(String part) {
      return "nodes/" + node.id() + "/" + part;
    }
  }

  /** Bytes of all entries behind this one but the checksums. */
  long bytes() {
    long bytes = (long) pages * CarriedImage.BLOCK_BYTES;
    for (CarriedFile file : files) {
      bytes = Math.addExact(bytes, file.bytes());
    }
    for (CarriedDisk disk : disks) {
      bytes = Math.addExact(bytes, disk.entryBytes());
    }
    for (CarriedShape shape : shapes) {
      bytes = Math.addExact(bytes, shape.bytes());
    }
    for (CarriedNode node : nodes) {
      long own = (long) node.stateBytes() + node.mapBytes() + node.consoleBytes();
      for (int disk : node.diskMapBytes()) {
        own += disk;
      }
      bytes = Math.addExact(bytes, own);
    }
    return bytes;
  }
}
