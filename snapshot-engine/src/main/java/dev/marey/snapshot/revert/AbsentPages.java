package dev.marey.snapshot.revert;

import dev.marey.snapshot.capture.MissingPages;
import dev.marey.snapshot.store.PageMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which pages of a machine's RAM are still holes whose content is in the page store, and which page
 * map names that content. A page that is not absent may still be a hole: then it is all zeroes.
 *
 * <p>Threading: any. The map changes only while the machine stands still and no loader runs.
 */
public final class AbsentPages implements MissingPages {

  private final AtomicLongArray bits;
  private final int pageCount;
  private final AtomicInteger count = new AtomicInteger();
  private volatile PageMap source;

  public AbsentPages(int pageCount) {
    this.pageCount = pageCount;
    this.bits = new AtomicLongArray((pageCount + 63) >>> 6);
    this.source = PageMap.empty(pageCount);
  }

  /** The map that names the content of absent pages. */
  public PageMap source() {
    return source;
  }

  /** From now on absent pages have the content that {@code map} names. */
  void setSource(PageMap map) {
    source = map;
  }

  @Override
  public int refOf(int page) {
    return contains(page) ? source.refOf(page) : PageMap.ZERO_PAGE;
  }

  @Override
  public boolean contains(int page) {
    return (bits.get(page >>> 6) & 1L << page) != 0;
  }

  void add(int page) {
    long bit = 1L << page;
    if ((bits.getAndAccumulate(page >>> 6, bit, (a, b) -> a | b) & bit) == 0) {
      count.incrementAndGet();
    }
  }

  @Override
  public boolean noteFilled(int page) {
    long bit = 1L << page;
    if ((bits.getAndAccumulate(page >>> 6, bit, (a, b) -> a & ~b) & bit) == 0) {
      return false;
    }
    count.decrementAndGet();
    return true;
  }

  /** How many pages are absent. */
  public int count() {
    return count.get();
  }

  /** The first absent page at or after {@code from}, or {@link #pageCount} if there is none. */
  int next(int from) {
    if (from >= pageCount) {
      return pageCount;
    }
    int word = from >>> 6;
    long value = bits.get(word) & -1L << from;
    while (value == 0) {
      if (++word == bits.length()) {
        return pageCount;
      }
      value = bits.get(word);
    }
    return (word << 6) + Long.numberOfTrailingZeros(value);
  }

  int pageCount() {
    return pageCount;
  }
}
