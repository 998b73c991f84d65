package dev.marey.snapshot.capture;

import dev.marey.machine.PageNumber;
import dev.marey.uffd.NativeIoException;
import dev.marey.uffd.RegisterMode;
import dev.marey.uffd.Userfaultfd;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;

/**
 * Which pages of QEMU's own memory outside guest RAM, video RAM above all, were written since they
 * were last armed.
 *
 * <p>Threading: in a turn of the fault loop.
 */
final class WatchedRam {

  private final Userfaultfd uffd;
  private final List<Range> ranges = new ArrayList<>();

  private static final class Range {
    final long address;
    final int pageCount;
    final BitSet written = new BitSet();

    Range(long address, int pageCount) {
      this.address = address;
      this.pageCount = pageCount;
    }

    boolean contains(long hostAddress) {
      return hostAddress >= address && hostAddress - address < lengthBytes();
    }

    long lengthBytes() {
      return (long) pageCount * PageNumber.PAGE_BYTES;
    }
  }

  WatchedRam(Userfaultfd uffd) {
    this.uffd = uffd;
  }

  /** From now on every write to this memory is noted. Its pages must be populated. */
  int watch(long address, long lengthBytes) throws NativeIoException {
    uffd.register(address, lengthBytes, EnumSet.of(RegisterMode.WRITE_PROTECT));
    Range range = new Range(address, Math.toIntExact(lengthBytes / PageNumber.PAGE_BYTES));
    ranges.add(range);
    uffd.writeProtect(address, lengthBytes);
    return ranges.size() - 1;
  }

  /** The page has been written, as far as anybody can tell, and its writer goes on. */
  void release(long address) throws NativeIoException {
    for (Range range : ranges) {
      if (range.contains(address)) {
        range.written.set((int) ((address - range.address) / PageNumber.PAGE_BYTES));
        uffd.writeUnprotect(address, PageNumber.PAGE_BYTES);
        return;
      }
    }
    throw new IllegalStateException(
        "a page fault came from 0x%x, which nobody watches".formatted(address));
  }

  /** Pages written so far, by their number in the range. */
  BitSet written(int range) {
    return (BitSet) ranges.get(range).written.clone();
  }

  /** Arms what was written again, and gives it. */
  BitSet takeWritten(int index) throws NativeIoException {
    Range range = ranges.get(index);
    BitSet taken = (BitSet) range.written.clone();
    for (int from = taken.nextSetBit(0); from >= 0; ) {
      int to = taken.nextClearBit(from);
      uffd.writeProtect(
          range.address + (long) from * PageNumber.PAGE_BYTES,
          (long) (to - from) * PageNumber.PAGE_BYTES);
      from = taken.nextSetBit(to);
    }
    range.written.clear();
    return taken;
  }
}
