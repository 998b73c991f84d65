package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.machine.disk.NbdServer;
import dev.marey.snapshot.disk.StoredDisk;
import dev.marey.snapshot.testing.Tools;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The ledgers of a guest, one on each ext4 disk, and how a node's disks are compared with its RAM.
 *
 * <p>Threading: the test's.
 */
final class Ledgers {

  private final Session session;
  private final Path folder;
  private final List<Long> addresses = new ArrayList<>();

  /**
   * None yet.
   *
   * @param folder where copies are made
   */
  Ledgers(Session session, Path folder) {
    this.session = session;
    this.folder = folder;
  }

  /** The ledger of the next disk, by the address of its number in RAM. */
  void add(long address) {
    addresses.add(address);
  }

  List<Long> addresses() {
    return List.copyOf(addresses);
  }

  List<Long> numbers(Ram ram) {
    return addresses.stream().map(address -> number(address, ram)).toList();
  }

  /** Where a page of RAM is read from. */
  interface Ram {
    void readPage(PageNumber page, ByteBuffer into) throws SnapshotException;
  }

  /** The bytes of RAM begin at address 0. */
  private static long number(long address, Ram ram) {
    ByteBuffer page = ByteBuffer.allocateDirect(PageNumber.PAGE_BYTES);
    try {
      ram.readPage(new PageNumber((int) (address / PageNumber.PAGE_BYTES)), page);
    } catch (SnapshotException e) {
      throw new AssertionError(e);
    }
    return page.order(ByteOrder.LITTLE_ENDIAN).getLong((int) (address % PageNumber.PAGE_BYTES));
  }

  /** Numbers of the ledgers in a node's RAM. */
  List<Long> numbersIn(NodeId node) throws Exception {
    NodeContent content = session.content(node);
    return numbers(content::readPage);
  }

  /** The node's disks are whole, and what they hold is what the node's RAM does. */
  void assertDisksAgreeWithRam(NodeId node) throws Exception {
    List<Long> numbers = numbersIn(node);
    for (int disk = 0; disk < numbers.size(); disk++) {
      Path copy = export(node, disk, "raw");
      Tools.replayJournal(copy);
      Tools.assertExt4IsClean(copy);
      long number = numbers.get(disk);
      assertThat(Tools.numberIn(copy, "/l"))
          .as("number on disk %d of %s", disk, node)
          .isBetween(number, number + 1);
      Files.delete(copy);
    }
  }

  /** Lets qemu-img copy a node's disk. */
  Path export(NodeId node, int disk, String format) throws Exception {
    StoredDisk stored =
        new StoredDisk(
            session.diskImages().image(disk),
            session.pages(),
            session.content(node).maps().disks().get(disk));
    Path copy = folder.resolve("exported." + format);
    Files.deleteIfExists(copy);
    Path socket = folder.resolve("n");
    try (NbdServer server = NbdServer.open(socket, Map.of("disk", stored))) {
      Tools.convert(server.socket(), "disk", format, copy);
    }
    return copy;
  }
}
