package dev.marey.machine;

/**
 * Run of guest pages. Both components count pages, never bytes.
 *
 * @param first the first page of the run
 * @param pageCount how many pages, at least one
 */
public record PageSpan(PageNumber first, int pageCount) {

  public PageSpan {
    if (pageCount < 1) {
      throw new IllegalArgumentException("pageCount is not positive: " + pageCount);
    }
  }

  public static PageSpan of(int firstIndex, int pageCount) {
    return new PageSpan(new PageNumber(firstIndex), pageCount);
  }

  /** Index of the page after the last one. */
  public int endIndex() {
    return first.index() + pageCount;
  }

  public long lengthBytes() {
    return (long) pageCount * PageNumber.PAGE_BYTES;
  }
}
