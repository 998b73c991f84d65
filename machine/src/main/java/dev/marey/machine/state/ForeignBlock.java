package dev.marey.machine.state;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A RAM block of a stream that is read, with the pages that came for it.
 *
 * @param pages by their offsets in bytes
 */
record ForeignBlock(String name, long lengthBytes, SortedMap<Long, byte[]> pages) {

  /** A page of zeroes; the only one, so that many take no room. */
  static final byte[] ZEROES = new byte[RamBlock.PAGE_BYTES];

  ForeignBlock(String name, long lengthBytes) {
    this(name, lengthBytes, new TreeMap<>());
  }

  /** Keeps a page; one of zeroes takes nine bytes of a stream and must not take 4,096 of ours. */
  void put(long offset, byte[] content) {
    pages.put(offset, Arrays.equals(content, ZEROES) ? ZEROES : content.clone());
  }
}
