package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.Machine;
import dev.marey.machine.PageNumber;
import dev.marey.machine.PageSpan;
import dev.marey.machine.qmp.QmpClient;
import dev.marey.snapshot.store.PageMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;

/**
 * QEMU's own copy of the memory of a PC, without what is nothing but zeroes: guests may have more
 * memory than there is room for. What is behind the window of its VGA is left out.
 */
final class RamCopy {

  /** Where memory goes on above the hole for devices. */
  static final long FOUR_GIB = 1L << 32;

  private static final long HOLE = 3L << 30;
  private static final int GRANULE = 1 << 16;
  private static final int MOST_AT_ONCE = 1 << 30;
  private static final int PAGE = PageNumber.PAGE_BYTES;
  private static final ByteBuffer ZEROES = ByteBuffer.allocate(PAGE);
  private static final int VGA = 0xa0000;
  private static final int BEHIND_VGA = 0x100000;

  private final List<Piece> pieces;

  /** 64 KiB; the address is as the guest sees it. */
  private record Piece(long address, ByteBuffer content) {
    boolean isZero() {
      return content.mismatch(ByteBuffer.allocate(GRANULE)) < 0;
    }
  }

  private RamCopy(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /** Of a machine that stands still. Its holes are zeroes to QEMU too and are not copied. */
  static RamCopy of(Machine machine, Path folder) throws Exception {
    return new RamCopy(List.of()).again(machine, folder);
  }

  /** Of another instant: of the same pieces, and of all that are no holes now. */
  RamCopy again(Machine machine, Path folder) throws Exception {
    NavigableSet<Long> granules = granules();
    for (PageSpan span : machine.ram().data()) {
      long end = span.first().offsetBytes() + span.lengthBytes();
      for (long at = span.first().offsetBytes() / GRANULE * GRANULE; at < end; at += GRANULE) {
        granules.add(at);
      }
    }
    return copy(machine.qmp(), folder, granules);
  }

  /** Of the same pieces in another QEMU. */
  RamCopy again(QmpClient qmp, Path folder) throws Exception {
    return copy(qmp, folder, granules());
  }

  private NavigableSet<Long> granules() {
    NavigableSet<Long> granules = new TreeSet<>();
    pieces.forEach(piece -> granules.add(offset(piece.address())));
    return granules;
  }

  private static RamCopy copy(QmpClient qmp, Path folder, NavigableSet<Long> granules)
      throws Exception {
    granules.removeIf(RamCopy::isHidden);
    List<Piece> pieces = new ArrayList<>();
    long begin = -1;
    for (long offset : granules) {
      begin = begin < 0 ? offset : begin;
      long end = offset + GRANULE;
      if (!granules.contains(end) || end == HOLE || end - begin == MOST_AT_ONCE) {
        ByteBuffer content = copy(qmp, folder, address(begin), (int) (end - begin));
        for (int at = 0; at < content.capacity(); at += GRANULE) {
          Piece piece = new Piece(address(begin + at), content.slice(at, GRANULE));
          if (!piece.isZero()) {
            pieces.add(piece);
          }
        }
        begin = -1;
      }
    }
    return new RamCopy(pieces);
  }

  private static ByteBuffer copy(QmpClient qmp, Path folder, long address, int bytes)
      throws Exception {
    Path file = folder.resolve("piece");
    qmp.execute("pmemsave", Map.of("val", address, "size", bytes, "filename", file.toString()));
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes);
    } finally {
      Files.delete(file);
    }
  }

  /** The address of a byte of the RAM block. */
  static long address(long offset) {
    return offset < HOLE ? offset : offset - HOLE + FOUR_GIB;
  }

  /** Where the byte of an address is in the RAM block. */
  static long offset(long address) {
    return address < HOLE ? address : address - FOUR_GIB + HOLE;
  }

  /** Whether the guest sees something else there than its RAM. */
  static boolean isHidden(long address) {
    return address >= VGA && address < BEHIND_VGA;
  }

  /** Checks what a file has of it, and where. */
  void assertIsIn(Path file, LongUnaryOperator place) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      for (Piece piece : pieces) {
        long at = place.applyAsLong(piece.address());
        ByteBuffer its = channel.map(FileChannel.MapMode.READ_ONLY, at, GRANULE);
        assertThat(its.mismatch(piece.content()))
            .as("first byte of %s that differs at 0x%x", file, piece.address())
            .isEqualTo(-1);
      }
    }
  }

  /** The eight bytes at an address that was copied. */
  long wordAt(long address) {
    for (Piece piece : pieces) {
      if (address >= piece.address() && address < piece.address() + GRANULE) {
        return piece
            .content()
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong((int) (address - piece.address()));
      }
    }
    throw new AssertionError("address was not copied: 0x" + Long.toHexString(address));
  }

  /** Addresses of the pages in which another copy differs; what it lacks is zeroes. */
  List<Long> differences(RamCopy other) {
    NavigableMap<Long, ByteBuffer> its = other.pages();
    NavigableMap<Long, ByteBuffer> all = pages();
    its.forEach((address, content) -> all.putIfAbsent(address, ZEROES));
    List<Long> differing = new ArrayList<>();
    all.forEach(
        (address, content) -> {
          if (content.mismatch(its.getOrDefault(address, ZEROES)) >= 0) {
            differing.add(address);
          }
        });
    return differing;
  }

  /** Every page that was copied, by its address. */
  NavigableMap<Long, ByteBuffer> pages() {
    NavigableMap<Long, ByteBuffer> pages = new TreeMap<>();
    for (Piece piece : pieces) {
      for (int at = 0; at < GRANULE; at += PAGE) {
        pages.put(piece.address() + at, piece.content().slice(at, PAGE));
      }
    }
    return pages;
  }

  /** Addresses of the pages that a node has otherwise; it has zeroes where nothing was copied. */
  List<Long> differences(NodeContent node) throws Exception {
    List<Long> differing = new ArrayList<>();
    ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
    int next = 0;
    for (Piece piece : pieces) {
      int first = (int) (offset(piece.address()) / PAGE);
      addFilled(node, next, first, differing);
      for (int i = 0; i < GRANULE / PAGE; i++) {
        node.readPage(new PageNumber(first + i), page);
        if (page.mismatch(piece.content().slice(i * PAGE, PAGE)) >= 0) {
          differing.add(piece.address() + (long) i * PAGE);
        }
      }
      next = first + GRANULE / PAGE;
    }
    addFilled(node, next, node.pageMap().pageCount(), differing);
    return differing;
  }

  private static void addFilled(NodeContent node, int from, int to, List<Long> filled) {
    for (int i = from; i < to; i++) {
      long address = address((long) i * PAGE);
      if (!isHidden(address) && node.pageMap().refOf(i) != PageMap.ZERO_PAGE) {
        filled.add(address);
      }
    }
  }
}
