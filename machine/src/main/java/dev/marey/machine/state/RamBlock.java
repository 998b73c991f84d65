package dev.marey.machine.state;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A RAM block as a stream lists it. Shared RAM is listed only; ROM, video RAM and other small
 * blocks carry their pages. The content is a view of the stream, put together when it is asked for.
 */
public final class RamBlock {

  /** Size of a page of x86 guests. */
  static final int PAGE_BYTES = 4096;

  private final String name;
  private final long lengthBytes;
  private final long address;
  // Page offset -> 4096 bytes of the stream; an empty view is a page of zeroes.
  private final TreeMap<Long, ByteBuffer> pages = new TreeMap<>();

  RamBlock(String name, long lengthBytes, long address) {
    this.name = name;
    this.lengthBytes = lengthBytes;
    this.address = address;
  }

  void page(long offset, ByteBuffer content) {
    pages.put(offset, content);
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

  /** Whether the stream holds no page of the block: it is shared and was ignored, or is empty. */
  public boolean ignored() {
    return pages.isEmpty();
  }

  SortedMap<Long, ByteBuffer> pages() {
    return Collections.unmodifiableSortedMap(pages);
  }

  @Override
  public String toString() {
    return "RamBlock[" + name + ", " + lengthBytes + " bytes" + (ignored() ? ", ignored]" : "]");
  }
}
