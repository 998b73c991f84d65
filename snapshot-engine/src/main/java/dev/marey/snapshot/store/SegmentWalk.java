package dev.marey.snapshot.store;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a segment from block to block. What is no sound block is stepped over.
 *
 * <p>Threading: one thread.
 */
final class SegmentWalk {

  private static final int NOWHERE = -1;
  private static final int PIECE_BYTES = 1 << 16;
  private static final int HOST_PAGE_BYTES = 4096;

  private final Segment segment;
  private final UUID storeId;
  private final byte[] magic = new byte[4];
  private int offset;
  private int dataEnd;
  private int unreadable = NOWHERE;
  private boolean gaps;

  /**
   * @param from offset at which a block begins or would begin
   */
  SegmentWalk(Segment segment, UUID storeId, int from) {
    this.segment = segment;
    this.storeId = storeId;
    this.offset = from;
    this.dataEnd = Math.min(from, segment.end());
  }

  /** The next block; null behind the last one. */
  @Nullable Block next() {
    while (offset + BlockFormat.ALIGNMENT <= segment.end()) {
      Block block = here();
      if (block != null) {
        gaps |= offset != dataEnd;
        offset = block.end();
        dataEnd = Math.min(offset, segment.end());
        return block;
      }
      offset = unreadable == offset ? nextHostPage(offset) : offset + BlockFormat.ALIGNMENT;
    }
    return null;
  }

  /** A mapping is unreadable by whole pages of the host. */
  private static int nextHostPage(int at) {
    return (at | (HOST_PAGE_BYTES - 1)) + 1;
  }

  private @Nullable Block here() {
    if (!read(offset, magic, magic.length) || magic[0] != 'P' || magic[1] != 'G') {
      return null;
    }
    byte[] head = new byte[Math.min(BlockFormat.RECORDS_OFFSET, segment.end() - offset)];
    return read(offset, head, head.length) && BlockFormat.isBlock(head, storeId)
        ? new Block(segment, offset, ByteBuffer.wrap(head))
        : null;
  }

  private boolean read(int at, byte[] into, int length) {
    boolean done = segment.read(at, into, length);
    if (!done) {
      unreadable = at;
    }
    return done;
  }

  /** Offset behind the last block so far. */
  int dataEnd() {
    return dataEnd;
  }

  /** Whether anything before the last block is no sound block. */
  boolean metGaps() {
    return gaps;
  }

  /** Whether the disk failed to deliver anything so far. */
  boolean metUnreadable() {
    return unreadable != NOWHERE;
  }

  /** Last place that the disk failed to deliver. */
  int unreadable() {
    return unreadable;
  }

  /** Whether nothing was ever written behind the last block; false if that cannot be read. */
  boolean endsInZeroes() {
    byte[] piece = new byte[PIECE_BYTES];
    int end = segment.end();
    for (int at = dataEnd; at < end; at += PIECE_BYTES) {
      int length = Math.min(PIECE_BYTES, end - at);
      if (!read(at, piece, length)) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (piece[i] != 0) {
          return false;
        }
      }
    }
    return true;
  }
}
