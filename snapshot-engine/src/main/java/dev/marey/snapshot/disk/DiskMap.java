package dev.marey.snapshot.disk;

import dev.marey.snapshot.store.PageMap;
import java.util.Optional;

/**
 * What a disk's {@link PageMap} means. Its pages are blocks of 4,096 bytes; an entry is 0 for a
 * block that was never written, which is the image's, and otherwise one more than the reference of
 * the block's content in the page store. So a disk nobody has written to is an empty map.
 */
public final class DiskMap {

  /** Bytes of a block. */
  public static final int BLOCK_BYTES = 4096;

  /** Entry of a block that is the image's. */
  public static final int OF_IMAGE = 0;

  private DiskMap() {}

  /** Map of a disk nobody has written to. */
  public static PageMap untouched(long diskBytes) {
    return PageMap.empty(blockCount(diskBytes));
  }

  /** Blocks of a disk; the last one may be shorter. */
  public static int blockCount(long diskBytes) {
    long count = (diskBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
    if (count < 1 || count > Integer.MAX_VALUE - 1) {
      throw new IllegalArgumentException("diskBytes is not in 1 byte..8 TiB: " + diskBytes);
    }
    return (int) count;
  }

  /** The entry of a block whose content is stored under {@code ref}. */
  public static int entry(int ref) {
    return ref + 1;
  }

  /** Where the content is stored; empty for a block of the image. */
  public static Optional<Integer> reference(int entry) {
    return entry == OF_IMAGE ? Optional.empty() : Optional.of(entry - 1);
  }
}
