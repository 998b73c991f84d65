package dev.marey.snapshot.store;

import java.util.Arrays;

/**
 * Changes to a {@link PageMap}, collected in any order; of several for one page the last counts.
 *
 * <p>Threading: one thread at a time.
 */
public final class PageMapBuilder {

  private final PageMap base;
  private int[] pages = new int[64];
  private int[] refs = new int[64];
  private int count;

  PageMapBuilder(PageMap base) {
    this.base = base;
  }

  /** Says that {@code page} now has the content {@code ref}. */
  public PageMapBuilder set(int page, int ref) {
    if (page < 0 || page >= base.pageCount()) {
      throw new IllegalArgumentException(
          "page is not in 0.." + (base.pageCount() - 1) + ": " + page);
    }
    if (count == pages.length) {
      pages = Arrays.copyOf(pages, count * 2);
      refs = Arrays.copyOf(refs, count * 2);
    }
    pages[count] = page;
    refs[count] = ref;
    count++;
    return this;
  }

  /** The map with all changes so far. The builder may go on collecting. */
  public PageMap build() {
    long[] order = new long[count];
    for (int i = 0; i < count; i++) {
      order[i] = (long) pages[i] << 32 | i;
    }
    Arrays.sort(order);
    int[] sortedPages = new int[count];
    int[] sortedRefs = new int[count];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int page = (int) (order[i] >>> 32);
      boolean lastOfPage = i + 1 == count || (int) (order[i + 1] >>> 32) != page;
      if (lastOfPage) {
        sortedPages[kept] = page;
        sortedRefs[kept] = refs[(int) order[i]];
        kept++;
      }
    }
    return base.with(Arrays.copyOf(sortedPages, kept), Arrays.copyOf(sortedRefs, kept));
  }
}
