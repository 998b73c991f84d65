package dev.marey.diff;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.SnapshotException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * RAM made up in a test: zero but for the pages written. Page {@code n} of the block is page {@code
 * n} of the address space up to {@code firstHighPage}.
 */
public final class FakeRam implements PageSource {

  private final int pageCount;
  private final Map<Integer, byte[]> pages = new HashMap<>();

  public FakeRam(int pageCount) {
    this.pageCount = pageCount;
  }

  public FakeRam copy() {
    FakeRam copy = new FakeRam(pageCount);
    pages.forEach((page, bytes) -> copy.pages.put(page, bytes.clone()));
    return copy;
  }

  public FakeRam write(int page, int offset, int... bytes) {
    byte[] contents = pages.computeIfAbsent(page, p -> new byte[PageNumber.PAGE_BYTES]);
    for (int i = 0; i < bytes.length; i++) {
      contents[offset + i] = (byte) bytes[i];
    }
    return this;
  }

  public byte[] page(int page) {
    return pages.getOrDefault(page, new byte[PageNumber.PAGE_BYTES]);
  }

  @Override
  public void readPage(PageNumber page, byte[] into) {
    System.arraycopy(page(page.index()), 0, into, 0, into.length);
  }

  /** Both in an address space without holes. */
  public RamPair and(FakeRam b) {
    return and(b, pageCount, 0);
  }

  public RamPair and(FakeRam b, int firstHighPage, long highStart) {
    return ComparedRam.everyPage(pageCount, layout(pageCount, firstHighPage, highStart), this, b);
  }

  /** RAM with one hole, as below 4 GiB. */
  public static RamLayout layout(int pageCount, int firstHighPage, long highStart) {
    long low = (long) Math.min(firstHighPage, pageCount) * PageNumber.PAGE_BYTES;
    long high = (long) pageCount * PageNumber.PAGE_BYTES - low;
    List<RamLayout.Range> ranges = new ArrayList<>();
    if (low > 0) {
      ranges.add(new RamLayout.Range(new GuestAddress(0), 0, low));
    }
    if (high > 0) {
      ranges.add(new RamLayout.Range(new GuestAddress(highStart), low, high));
    }
    return new RamLayout(ranges);
  }

  public static RamDiff diff(RamPair pair) {
    try {
      return RamDiff.of(pair);
    } catch (SnapshotException e) {
      throw new AssertionError(e);
    }
  }
}
