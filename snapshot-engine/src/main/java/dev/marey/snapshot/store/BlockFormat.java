package dev.marey.snapshot.store;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Layout of a segment file of the page store. All numbers are big-endian; blocks start at multiples
 * of 512 bytes.
 *
 * <pre>
 * segment:  file header (512) | block | block | … | zeroes or end of file
 *
 * file header            block header                  directory entry, 128 of them
 *   0  magic MAREYPAG      0  magic PGBK                  0  first 16 bytes of SHA-256 of the page
 *   8  version      u32    4  pages in it     u32        16  length of the data  u16
 *  12  segment no.  u32    8  first reference u32
 *  16  store id      16   12  block length    u32      record, one per page
 *  32  first ref    u32   16  synced through  u64         0  CRC32C of the data  u32
 *  36  CRC32C       u32   24  zero            u32         4  data: LZ4 block, or the page itself
 *      of bytes 0..35     28  CRC32C          u32            when its length is 4096
 *                         32  directory (2,304)
 *                       2336  records, zeroes to 512
 * </pre>
 *
 * The CRC of a block covers the store id, bytes 0..27 and the directory: a guest that writes
 * something like a block into its RAM cannot guess the id. <em>Synced through</em> is a position
 * ({@code segment << 32 | offset}) up to which everything was on disk when the block was written:
 * what lies after the greatest such position is checked when the store is opened, because a crash
 * may have lost it. A block without pages has no directory and 512 bytes: it only says so.
 */
final class BlockFormat {

  static final int VERSION = 1;
  static final int PAGE_BYTES = 4096;
  static final int ALIGNMENT = 512;
  static final int FILE_HEADER_BYTES = 512;
  static final int BLOCK_PAGES = 128;
  static final int HASH_BYTES = 16;
  static final int RECORD_HEADER_BYTES = 4;
  static final int DIRECTORY_OFFSET = 32;
  static final int ENTRY_BYTES = HASH_BYTES + 2;
  static final int RECORDS_OFFSET = DIRECTORY_OFFSET + BLOCK_PAGES * ENTRY_BYTES;
  static final int MAX_BLOCK_BYTES =
      align(RECORDS_OFFSET + BLOCK_PAGES * (RECORD_HEADER_BYTES + PAGE_BYTES));

  private static final long FILE_MAGIC = 0x4d41524559504147L; // MAREYPAG
  private static final int BLOCK_MAGIC = 0x5047424b; // PGBK
  private static final int FILE_CRC_OFFSET = 36;
  private static final int BLOCK_CRC_OFFSET = 28;

  private BlockFormat() {}

  static int align(int bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  static byte[] fileHeader(int segment, UUID storeId, int firstRef) {
    ByteBuffer header = ByteBuffer.allocate(FILE_HEADER_BYTES);
    header.putLong(FILE_MAGIC).putInt(VERSION).putInt(segment);
    header.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
    header.putInt(firstRef);
    header.putInt(crc(header.array(), 0, FILE_CRC_OFFSET));
    return header.array();
  }

  /** Whether the bytes are a file header of any version. */
  static boolean isFileHeader(byte[] bytes) {
    ByteBuffer header = ByteBuffer.wrap(bytes);
    return header.getLong(0) == FILE_MAGIC
        && header.getInt(FILE_CRC_OFFSET) == crc(bytes, 0, FILE_CRC_OFFSET);
  }

  /** Whether a file header is that of a store with this id. */
  static boolean belongsTo(byte[] fileHeader, UUID storeId) {
    ByteBuffer header = ByteBuffer.wrap(fileHeader);
    return header.getLong(16) == storeId.getMostSignificantBits()
        && header.getLong(24) == storeId.getLeastSignificantBits();
  }

  /** A place in the store as blocks note it; later ones are greater. */
  static long position(int segment, int offset) {
    return (long) segment << 32 | offset;
  }

  static int versionOf(byte[] fileHeader) {
    return ByteBuffer.wrap(fileHeader).getInt(8);
  }

  static int firstRefOf(byte[] fileHeader) {
    return ByteBuffer.wrap(fileHeader).getInt(32);
  }

  /** Writes header and checksum; the directory is in place already. */
  static void sealBlock(
      byte[] block, UUID storeId, int pages, int firstRef, int blockBytes, long syncedThrough) {
    ByteBuffer header = ByteBuffer.wrap(block);
    header.putInt(BLOCK_MAGIC).putInt(pages).putInt(firstRef).putInt(blockBytes);
    header.putLong(syncedThrough).putInt(0);
    header.putInt(BLOCK_CRC_OFFSET, blockCrc(block, storeId, pages));
  }

  /** Whether a sound block header (with its directory) starts the array. */
  static boolean isBlock(byte[] head, UUID storeId) {
    ByteBuffer header = ByteBuffer.wrap(head);
    int pages = header.getInt(4);
    int blockBytes = header.getInt(12);
    return header.getInt(0) == BLOCK_MAGIC
        && pages >= 0
        && pages <= BLOCK_PAGES
        && blockBytes >= ALIGNMENT
        && blockBytes <= MAX_BLOCK_BYTES
        && blockBytes % ALIGNMENT == 0
        && (pages == 0 || head.length >= RECORDS_OFFSET)
        && header.getInt(BLOCK_CRC_OFFSET) == blockCrc(head, storeId, pages);
  }

  private static int blockCrc(byte[] block, UUID storeId, int pages) {
    CRC32C crc = new CRC32C();
    ByteBuffer id = ByteBuffer.allocate(16);
    id.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
    crc.update(id.array());
    crc.update(block, 0, BLOCK_CRC_OFFSET);
    if (pages > 0) {
      crc.update(block, DIRECTORY_OFFSET, BLOCK_PAGES * ENTRY_BYTES);
    }
    return (int) crc.getValue();
  }

  static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
