package dev.marey.snapshot.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which stored page each guest page has in one node: a persistent radix tree over page numbers. A
 * map made by {@link #with} shares every untouched subtree with the one it came from, and comparing
 * two such maps costs what changed between them, not the size of RAM.
 *
 * <p>Leaves hold 16 references, inner nodes 16 children; a missing child stands for pages that are
 * all zeroes. docs/decisions/0003-page-map-shape.md has the measurements behind 16.
 *
 * <p>Threading: immutable, any thread.
 */
public final class PageMap {

  /** Reference of the page that is all zeroes. */
  public static final int ZERO_PAGE = 0;

  private static final int BITS = 4;
  private static final int FAN_OUT = 1 << BITS;
  private static final int[] ZERO_LEAF = new int[FAN_OUT];

  private final int pageCount;

  /** Shift of the root: 0 when the root is a leaf. */
  private final int rootShift;

  /** {@code int[]} for a leaf, {@code Object[]} for an inner node, null for zeroes. */
  private final @Nullable Object root;

  private PageMap(int pageCount, int rootShift, @Nullable Object root) {
    this.pageCount = pageCount;
    this.rootShift = rootShift;
    this.root = root;
  }

  /**
   * RAM that was never written.
   *
   * @param pageCount pages of the guest's RAM block
   */
  public static PageMap empty(int pageCount) {
    if (pageCount < 1) {
      throw new IllegalArgumentException("pageCount is not positive: " + pageCount);
    }
    int shift = 0;
    while ((pageCount - 1) >>> shift >= FAN_OUT) {
      shift += BITS;
    }
    return new PageMap(pageCount, shift, null);
  }

  /** Pages of the guest's RAM block. */
  public int pageCount() {
    return pageCount;
  }

  /** Reference of the content of {@code page}, {@link #ZERO_PAGE} for zeroes. */
  public int refOf(int page) {
    checkPage(page);
    Object node = root;
    for (int shift = rootShift; node != null && shift > 0; shift -= BITS) {
      node = ((Object[]) node)[(page >>> shift) & (FAN_OUT - 1)];
    }
    return node == null ? ZERO_PAGE : ((int[]) node)[page & (FAN_OUT - 1)];
  }

  /**
   * A map that differs from this one in the given pages.
   *
   * @param pages page numbers, strictly ascending
   * @param refs their new references, in the same order
   */
  public PageMap with(int[] pages, int[] refs) {
    if (pages.length != refs.length) {
      throw new IllegalArgumentException(
          "pages and refs differ in length: " + pages.length + " and " + refs.length);
    }
    for (int i = 0; i < pages.length; i++) {
      checkPage(pages[i]);
      if (i > 0 && pages[i] <= pages[i - 1]) {
        throw new IllegalArgumentException("pages do not ascend at index " + i + ": " + pages[i]);
      }
      if (refs[i] < 0) {
        throw new IllegalArgumentException("refs[" + i + "] is negative: " + refs[i]);
      }
    }
    Object changed = changed(root, rootShift, pages, refs, 0, pages.length);
    return changed == root ? this : new PageMap(pageCount, rootShift, changed);
  }

  /** Collects changes in any order. */
  public PageMapBuilder change() {
    return new PageMapBuilder(this);
  }

  private static @Nullable Object changed(
      @Nullable Object node, int shift, int[] pages, int[] refs, int from, int to) {
    if (from == to) {
      return node;
    }
    return shift == 0
        ? changedLeaf((int[]) node, pages, refs, from, to)
        : changedInner((Object[]) node, shift, pages, refs, from, to);
  }

  private static int @Nullable [] changedLeaf(
      int @Nullable [] leaf, int[] pages, int[] refs, int from, int to) {
    int[] before = leaf == null ? ZERO_LEAF : leaf;
    int[] copy = before;
    for (int i = from; i < to; i++) {
      int slot = pages[i] & (FAN_OUT - 1);
      if (copy[slot] != refs[i]) {
        if (copy == before) {
          copy = before.clone();
        }
        copy[slot] = refs[i];
      }
    }
    if (copy == before) {
      return leaf;
    }
    return Arrays.equals(copy, ZERO_LEAF) ? null : copy;
  }

  private static Object @Nullable [] changedInner(
      Object @Nullable [] inner, int shift, int[] pages, int[] refs, int from, int to) {
    @Nullable Object[] copy = null;
    int start = from;
    while (start < to) {
      int slot = (pages[start] >>> shift) & (FAN_OUT - 1);
      int end = start + 1;
      while (end < to && ((pages[end] >>> shift) & (FAN_OUT - 1)) == slot) {
        end++;
      }
      Object child = inner == null ? null : inner[slot];
      Object changedChild = changed(child, shift - BITS, pages, refs, start, end);
      if (changedChild != child) {
        if (copy == null) {
          copy = inner == null ? new Object[FAN_OUT] : inner.clone();
        }
        copy[slot] = changedChild;
      }
      start = end;
    }
    if (copy == null) {
      return inner;
    }
    for (Object child : copy) {
      if (child != null) {
        return copy;
      }
    }
    return null;
  }

  /** Told of one page that differs between two maps. */
  @FunctionalInterface
  public interface DifferenceVisitor {
    /**
     * Called once for each page that differs.
     *
     * @param page page number
     * @param refA reference in the map that was asked
     * @param refB reference in the other map
     */
    void differs(int page, int refA, int refB);
  }

  /** Told of one page that is not all zeroes. */
  @FunctionalInterface
  public interface StoredPageVisitor {
    void stored(int page, int ref);
  }

  /** Names every page whose reference differs, in ascending order. */
  public void forEachDifference(PageMap other, DifferenceVisitor visitor) {
    if (other.pageCount != pageCount) {
      throw new IllegalArgumentException(
          "maps of " + pageCount + " and " + other.pageCount + " pages cannot be compared");
    }
    differences(root, other.root, rootShift, 0, visitor);
  }

  private static void differences(
      @Nullable Object a, @Nullable Object b, int shift, int firstPage, DifferenceVisitor visitor) {
    if (a == b) {
      return;
    }
    if (shift == 0) {
      int[] leafA = a == null ? ZERO_LEAF : (int[]) a;
      int[] leafB = b == null ? ZERO_LEAF : (int[]) b;
      for (int slot = 0; slot < FAN_OUT; slot++) {
        if (leafA[slot] != leafB[slot]) {
          visitor.differs(firstPage + slot, leafA[slot], leafB[slot]);
        }
      }
      return;
    }
    for (int slot = 0; slot < FAN_OUT; slot++) {
      differences(
          a == null ? null : ((Object[]) a)[slot],
          b == null ? null : ((Object[]) b)[slot],
          shift - BITS,
          firstPage | slot << shift,
          visitor);
    }
  }

  /** How many pages differ. */
  public int differenceCount(PageMap other) {
    int[] count = new int[1];
    forEachDifference(other, (page, refA, refB) -> count[0]++);
    return count[0];
  }

  /** Names every page that is not all zeroes, in ascending order. */
  public void forEachStored(StoredPageVisitor visitor) {
    differences(root, null, rootShift, 0, (page, ref, zero) -> visitor.stored(page, ref));
  }

  private void checkPage(int page) {
    if (page < 0 || page >= pageCount) {
      throw new IllegalArgumentException("page is not in 0.." + (pageCount - 1) + ": " + page);
    }
  }
}
