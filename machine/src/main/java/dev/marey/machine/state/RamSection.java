package dev.marey.machine.state;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of the {@code ram} sections (QEMU, {@code migration/ram.c}).
 *
 * <pre>
 * entry    be64 address | flags
 *   MEM_SIZE 0x04   address = sum of all block lengths, then per block:
 *                   u8 n, n bytes name, be64 length [, be64 guest address if x-ignore-shared]
 *   ZERO     0x02   [u8 n, name of block unless CONTINUE]  u8 0
 *   PAGE     0x08   [u8 n, name of block unless CONTINUE]  4096 bytes
 *   FLUSH    0x200  nothing
 *   EOS      0x10   end of this section's body
 * CONTINUE 0x20     same block as the page before, which may be in an earlier section (QEMU 10)
 * </pre>
 *
 * <p>Threading: one thread.
 */
final class RamSection {

  private final boolean addresses;
  private final Map<String, RamBlock> blocks = new LinkedHashMap<>();
  private @Nullable RamBlock last;

  /** With {@code x-ignore-shared} each listed block has its guest address. */
  RamSection(boolean addresses) {
    this.addresses = addresses;
  }

  Collection<RamBlock> blocks() {
    return Collections.unmodifiableCollection(blocks.values());
  }

  /** Reads entries up to and including the end-of-section mark. */
  void read(StateCursor cursor) throws StateFormatException {
    while (true) {
      int at = cursor.position();
      long entry = cursor.u64("RAM entry");
      long address = entry & ~RamFlags.MASK;
      int flags = (int) (entry & RamFlags.MASK);
      switch (flags & ~RamFlags.CONTINUE) {
        case RamFlags.EOS -> {
          return;
        }
        case RamFlags.MULTIFD_FLUSH -> {}
        case RamFlags.MEM_SIZE -> readBlockList(cursor, address);
        case RamFlags.ZERO -> {
          RamBlock block = block(cursor, flags, address);
          int fill = cursor.u8("fill byte of a zero page");
          if (fill != 0) {
            throw new StateFormatException(at, "expected a page of zeroes, found fill " + fill);
          }
          block.put(address, RamBlock.ZEROES);
        }
        case RamFlags.PAGE -> {
          RamBlock block = block(cursor, flags, address);
          block.put(address, cursor.take(RamBlock.PAGE_BYTES, "page of " + block.name()));
        }
        default ->
            throw new StateFormatException(
                at, "expected a RAM entry with known flags, found flags 0x%x".formatted(flags));
      }
    }
  }

  private void readBlockList(StateCursor cursor, long totalBytes) throws StateFormatException {
    long left = totalBytes;
    while (left > 0) {
      int at = cursor.position();
      String name = cursor.name("name of a RAM block");
      long length = cursor.u64("length of RAM block " + name);
      if (length <= 0 || length > left || length % RamBlock.PAGE_BYTES != 0) {
        throw new StateFormatException(
            at,
            "expected RAM block %s of whole pages within the %d bytes left, found %d bytes"
                .formatted(name, left, length));
      }
      long address = addresses ? cursor.u64("address of RAM block " + name) : -1;
      if (blocks.putIfAbsent(name, new RamBlock(name, length, address)) != null) {
        throw new StateFormatException(at, "RAM block " + name + " is listed twice");
      }
      left -= length;
    }
  }

  private RamBlock block(StateCursor cursor, int flags, long address) throws StateFormatException {
    int at = cursor.position();
    RamBlock block = last;
    if ((flags & RamFlags.CONTINUE) == 0) {
      String name = cursor.name("name of a RAM block");
      block = blocks.get(name);
      if (block == null) {
        throw new StateFormatException(at, "expected a listed RAM block, found " + name);
      }
    } else if (block == null) {
      throw new StateFormatException(at, "expected the name of the page's RAM block first");
    }
    if (address < 0 || address > block.lengthBytes() - RamBlock.PAGE_BYTES) {
      throw new StateFormatException(
          at,
          "expected a page inside the %d bytes of RAM block %s, found offset 0x%x"
              .formatted(block.lengthBytes(), block.name(), address));
    }
    last = block;
    return block;
  }
}
