package dev.marey.machine;

/**
 * One page of guest RAM, counted from the start of the RAM block; {@link RamLayout} turns it into a
 * guest-physical address.
 *
 * @param index 0 for the first page of the block
 */
public record PageNumber(int index) implements Comparable<PageNumber> {

  /** Bytes in a page of an x86 guest, and of the host. */
  public static final int PAGE_BYTES = 4096;

  public PageNumber {
    if (index < 0) {
      throw new IllegalArgumentException("index is negative: " + index);
    }
  }

  /** Offset of the page's first byte in the RAM block, in bytes. */
  public long offsetBytes() {
    return (long) index * PAGE_BYTES;
  }

  @Override
  public int compareTo(PageNumber other) {
    return Integer.compare(index, other.index);
  }
}
