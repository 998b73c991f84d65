package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A RAM block as a stream lists it. Shared RAM is listed only; ROM, video RAM and other small
 * blocks carry their pages. The content is a view of the stream. What {@link StateStream} hands out
 * is not changed any more.
 */
public final class RamBlock {

  /** Size of a page of x86 guests. */
  static final int PAGE_BYTES = 4096;

  static final ByteBuffer ZEROES = ByteBuffer.allocate(PAGE_BYTES).asReadOnlyBuffer();

  private final String name;
  private final long lengthBytes;
  private final long address;
  // Page offset -> 4096 bytes of the stream; zero pages are left out.
  private final TreeMap<Long, ByteBuffer> pages = new TreeMap<>();
  private boolean listed;

  RamBlock(String name, long lengthBytes, long address) {
    this.name = name;
    this.lengthBytes = lengthBytes;
    this.address = address;
  }

  /** Notes a page; a later entry for the same page replaces the earlier one. */
  void put(long offset, ByteBuffer content) {
    listed = true;
    if (content.equals(ZEROES)) {
      pages.remove(offset);
    } else {
      pages.put(offset, content);
    }
  }

  /** The same block with other content in some of its pages. */
  RamBlock with(SortedMap<Long, ByteBuffer> changed) {
    RamBlock copy = new RamBlock(name, lengthBytes, address);
    copy.listed = listed;
    copy.pages.putAll(pages);
    changed.forEach(copy::put);
    return copy;
  }

  public String name() {
    return name;
  }

  public long lengthBytes() {
    return lengthBytes;
  }

  /** Guest-physical address of the block inside its container; -1 where the stream has none. */
  public long address() {
    return address;
  }

  /** Whether the stream holds no page of the block: it is shared and was ignored. */
  public boolean ignored() {
    return !listed;
  }

  /**
   * One page of the block, zeroes where the stream holds none.
   *
   * @param offset of the page in the block, a multiple of 4096
   * @return 4096 bytes, read-only
   */
  public ByteBuffer page(long offset) {
    if (offset < 0 || offset >= lengthBytes || offset % PAGE_BYTES != 0) {
      throw new IllegalArgumentException("offset is no page of " + name + ": " + offset);
    }
    return pages.getOrDefault(offset, ZEROES).asReadOnlyBuffer();
  }

  /** A view of one page of the block; null if it is all zeroes. */
  @Nullable ByteBuffer filledPage(long offset) {
    ByteBuffer page = pages.get(offset);
    return page == null ? null : page.duplicate();
  }

  /** Offsets of all pages that are not zero, ascending. */
  public List<Long> filledPages() {
    return pages.keySet().stream().toList();
  }

  /**
   * SHA-256 over all pages that are not zero, each after its offset (8 bytes, big-endian); 64
   * lower-case hexadecimal digits. Takes a while for video RAM: it is computed at each call.
   */
  public String sha256() {
    ByteBuffer content = ByteBuffer.allocate(pages.size() * (Long.BYTES + PAGE_BYTES));
    pages.forEach((offset, page) -> content.putLong(offset).put(page.duplicate()));
    return DeviceState.sha256(content.flip());
  }

  /** Same name, place, length and content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof RamBlock that
        && name.equals(that.name)
        && lengthBytes == that.lengthBytes
        && address == that.address
        && pages.equals(that.pages);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, lengthBytes, address, pages.size());
  }

  @Override
  public String toString() {
    return "RamBlock[" + name + ", " + lengthBytes + " bytes" + (ignored() ? ", ignored]" : "]");
  }
}
