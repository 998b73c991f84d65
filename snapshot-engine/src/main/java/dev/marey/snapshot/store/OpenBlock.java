package dev.marey.snapshot.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/**
 * The block that new pages are gathered in until it is written. {@link BlockFormat} draws it.
 *
 * <p>Threading: the store's lock.
 */
final class OpenBlock {

  private final UUID storeId;
  private final byte[] bytes = new byte[BlockFormat.MAX_BLOCK_BYTES];
  private int end = BlockFormat.RECORDS_OFFSET;
  private int pages;
  private int firstRef;

  OpenBlock(UUID storeId) {
    this.storeId = storeId;
  }

  boolean isEmpty() {
    return pages == 0;
  }

  boolean isFull() {
    return pages == BlockFormat.BLOCK_PAGES;
  }

  /** The block as it is written; {@link #seal} says how much of it. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * Adds the record that a codec holds.
   *
   * @param dataLength length of its data
   * @param ref reference it gets, the next after that of the record before
   * @return offset of the record in the block
   */
  int add(PageCodec codec, int dataLength, int ref) {
    if (pages == 0) {
      firstRef = ref;
    }
    int entry = BlockFormat.DIRECTORY_OFFSET + pages * BlockFormat.ENTRY_BYTES;
    ByteBuffer.wrap(bytes, entry, BlockFormat.ENTRY_BYTES)
        .putLong(codec.hashHigh())
        .putLong(codec.hashLow())
        .putShort((short) dataLength);
    int offset = end;
    int recordLength = BlockFormat.RECORD_HEADER_BYTES + dataLength;
    System.arraycopy(codec.record(), 0, bytes, offset, recordLength);
    end += recordLength;
    pages++;
    return offset;
  }

  void read(int offset, byte[] into, int length) {
    System.arraycopy(bytes, offset, into, 0, length);
  }

  /** Makes the block ready to be written; returns its length. */
  int seal(long syncedThrough) {
    int length = BlockFormat.align(end);
    Arrays.fill(bytes, end, length, (byte) 0);
    BlockFormat.sealBlock(bytes, storeId, pages, firstRef, length, syncedThrough);
    return length;
  }

  /** Makes an empty block a block without pages, which says how far the disk was synced. */
  int sealWithoutPages(int nextRef, long syncedThrough) {
    BlockFormat.sealBlock(bytes, storeId, 0, nextRef, BlockFormat.ALIGNMENT, syncedThrough);
    return BlockFormat.ALIGNMENT;
  }

  /** Begins the next block. */
  void clear() {
    Arrays.fill(bytes, 0, BlockFormat.RECORDS_OFFSET, (byte) 0);
    pages = 0;
    end = BlockFormat.RECORDS_OFFSET;
  }
}
