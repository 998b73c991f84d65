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
 * Which pages of QEMU's own memory outside guest RAM, video RAM above all, may have been written
 * since they were last armed: those that were, and neighbours.
 *
 * <p>Threading: in a turn of the fault loop.
 */
final class WatchedRam {

  /** Loads after which it is found out anew which pages a load writes. */
  private static final int LEARNED_FOR = 16;

  private final Userfaultfd uffd;
  private final List<Range> ranges = new ArrayList<>();

  private int loads;

  private static final class Range {
    final long address;
    final int pageCount;
    final BitSet written = new BitSet();
    final WriteWindow window = new WriteWindow();

    /** What the last loads of device states wrote. */
    BitSet loaded = new BitSet();

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

  /**
   * The page has been written, as far as anybody can tell, and its writer goes on; with it others
   * that seem to come next: at every load of a device state QEMU writes its ROM images anew.
   */
  void release(long address) throws NativeIoException {
    for (Range range : ranges) {
      if (range.contains(address)) {
        release(range, (int) ((address - range.address) / PageNumber.PAGE_BYTES));
        return;
      }
    }
    throw new IllegalStateException(
        "a page fault came from 0x%x, which nobody watches".formatted(address));
  }

  private void release(Range range, int page) throws NativeIoException {
    int size = range.window.open(page);
    int from = range.window.downwards() ? Math.max(0, page - size + 1) : page;
    int to = range.window.downwards() ? page + 1 : Math.min(page + size, range.pageCount);
    free(range, from, to);
    range.window.close(from, to - from);
  }

  private void free(Range range, int from, int to) throws NativeIoException {
    range.written.set(from, to);
    uffd.writeUnprotect(
        range.address + (long) from * PageNumber.PAGE_BYTES,
        (long) (to - from) * PageNumber.PAGE_BYTES);
  }

  /** A device state is loaded next: what the one before wrote will be written without a fault. */
  void loadBegins() throws NativeIoException {
    loads++;
    if (loads % LEARNED_FOR == 0) {
      // What one load alone wrote must not be read in the pause after every later one.
      ranges.forEach(range -> range.loaded.clear());
    }
    for (Range range : ranges) {
      for (int from = range.loaded.nextSetBit(0); from >= 0; ) {
        int to = range.loaded.nextClearBit(from);
        free(range, from, to);
        from = range.loaded.nextSetBit(to);
      }
    }
  }

  /** The machine stands still since {@link #loadBegins}. */
  void loadEnded() {
    for (Range range : ranges) {
      range.loaded = (BitSet) range.written.clone();
    }
  }

  /** Pages written so far, as far as anybody can tell, by their number in the range. */
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
