package dev.marey.diff;

import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import java.util.HashMap;
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
    return ComparedRam.everyPage(
        pageCount, new FakeAddresses(pageCount, firstHighPage, highStart), this, b);
  }

  public static RamDiff diff(RamPair pair) {
    try {
      return RamDiff.of(pair);
    } catch (SnapshotException e) {
      throw new AssertionError(e);
    }
  }
}
