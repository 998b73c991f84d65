package dev.marey.snapshot.store;

import java.nio.ByteBuffer;

/**
 * A sound block that was found in a segment.
 *
 * @param offset where it begins in the segment
 * @param head its header and directory, as {@link BlockFormat} draws them
 */
record Block(Segment segment, int offset, ByteBuffer head) {

  /** Pages in it; a block of none says how far the disk was synced. */
  int pages() {
    return head.getInt(4);
  }

  int firstRef() {
    return head.getInt(8);
  }

  /** Position up to which everything was on disk when it was written. */
  long syncedThrough() {
    return head.getLong(16);
  }

  /** Offset behind it; greater than the end of the segment if that was cut short. */
  int end() {
    return offset + head.getInt(12);
  }

  long position() {
    return BlockFormat.position(segment.number(), offset);
  }

  /** Offset of its first record in the segment. */
  int recordsOffset() {
    return offset + BlockFormat.RECORDS_OFFSET;
  }

  long hashHigh(int page) {
    return head.getLong(entry(page));
  }

  long hashLow(int page) {
    return head.getLong(entry(page) + 8);
  }

  /** Length of the data of a record, without the record's header. */
  int dataLength(int page) {
    return head.getShort(entry(page) + BlockFormat.HASH_BYTES) & 0xffff;
  }

  private static int entry(int page) {
    return BlockFormat.DIRECTORY_OFFSET + page * BlockFormat.ENTRY_BYTES;
  }

  /**
   * Whether a record's checksum is that of its data.
   *
   * @param at offset of the record in the segment
   * @param record room for the largest record
   */
  boolean isSound(int at, int dataLength, byte[] record) {
    return dataLength <= BlockFormat.PAGE_BYTES
        && segment.read(at, record, BlockFormat.RECORD_HEADER_BYTES + dataLength)
        && ByteBuffer.wrap(record).getInt(0)
            == BlockFormat.crc(record, BlockFormat.RECORD_HEADER_BYTES, dataLength);
  }

  /** Whether all its records are sound. */
  boolean isSound() {
    byte[] record = new byte[BlockFormat.RECORD_HEADER_BYTES + BlockFormat.PAGE_BYTES];
    int at = recordsOffset();
    for (int page = 0; page < pages(); page++) {
      int length = dataLength(page);
      if (!isSound(at, length, record)) {
        return false;
      }
      at += BlockFormat.RECORD_HEADER_BYTES + length;
    }
    return true;
  }
}
