package dev.marey.snapshot.store;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.util.BitSet;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The pages that no node has and no put finds any more. Their room goes back to the file system: a
 * file with nothing else is removed, in others their records become holes. Headers and directories
 * stay, so references and the order of blocks do too; a record in a hole is one with a wrong
 * checksum.
 *
 * <p>The last file always stays: it says which references were given and what was synced. What is
 * not on disk for good yet stays too: after a failed sync it is written again from what is there.
 *
 * <p>Threading: one thread; takes the store's lock for one block at a time.
 */
final class DeadPages {

  /** Smaller holes than a block of the file system give nothing back. */
  private static final int HOLE_BYTES = SparseFile.BLOCK_BYTES;

  private final Segments segments;
  private final PageIndex index;
  private final UUID storeId;
  private final ReentrantLock lock;
  private final BitSet dead;

  DeadPages(Segments segments, PageIndex index, UUID storeId, ReentrantLock lock, BitSet dead) {
    this.segments = segments;
    this.index = index;
    this.storeId = storeId;
    this.lock = lock;
    this.dead = dead;
  }

  /**
   * Gives the room of those in a segment back.
   *
   * @return false if some of it must wait for a sync
   */
  boolean free(Segment segment) throws SnapshotException {
    try {
      return removed(segment) || punch(segment);
    } catch (IOException e) {
      throw SnapshotException.ofFile("give room in the page store back", segment.path(), e);
    }
  }

  private boolean removed(Segment segment) throws IOException {
    lock.lock();
    try {
      if (!segments.mayGo(segment)) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    // Nothing is written to it any more, and what is dead stays so.
    if (hasLive(segment)) {
      return false;
    }
    lock.lock();
    try {
      segments.remove(segment);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What is not understood or could not be read counts as live. */
  private boolean hasLive(Segment segment) {
    SegmentWalk walk = new SegmentWalk(segment, storeId, BlockFormat.FILE_HEADER_BYTES);
    boolean any = false;
    for (Block block = walk.next(); block != null && !any; block = walk.next()) {
      lock.lock();
      try {
        any = hasLive(block);
      } finally {
        lock.unlock();
      }
    }
    return any
        || segment.isLeft()
        || walk.metGaps()
        || walk.metUnreadable()
        || !walk.endsInZeroes();
  }

  private boolean hasLive(Block block) {
    boolean any = false;
    int at = block.recordsOffset();
    for (int page = 0; page < block.pages(); page++) {
      any |= isLive(block, page, at);
      at += BlockFormat.RECORD_HEADER_BYTES + block.dataLength(page);
    }
    return any;
  }

  private boolean punch(Segment segment) throws IOException {
    boolean all = true;
    try (SparseFile file = SparseFile.open(segment.path())) {
      SegmentWalk walk = new SegmentWalk(segment, storeId, BlockFormat.FILE_HEADER_BYTES);
      boolean holes = true;
      for (@Nullable Block block = walk.next(); block != null && holes; block = walk.next()) {
        lock.lock();
        try {
          if (segments.isSettled(block)) {
            holes = punch(block, file);
          } else {
            all &= block.pages() == 0;
          }
        } finally {
          lock.unlock();
        }
      }
    }
    segment.measureHoles();
    return all;
  }

  private boolean punch(Block block, SparseFile file) throws IOException {
    int at = block.recordsOffset();
    int deadFrom = at;
    boolean holes = true;
    for (int page = 0; page < block.pages() && holes; page++) {
      int next = at + BlockFormat.RECORD_HEADER_BYTES + block.dataLength(page);
      if (isLive(block, page, at)) {
        holes = punch(deadFrom, at, file);
        deadFrom = next;
      }
      at = next;
    }
    return holes && punch(deadFrom, at, file);
  }

  private static boolean punch(int from, int to, SparseFile file) throws IOException {
    int first = (from + HOLE_BYTES - 1) & -HOLE_BYTES;
    int end = to & -HOLE_BYTES;
    return first >= end || file.punch(first, end - first);
  }

  /** Whether a record is named by a node, or is where a page is now that was damaged elsewhere. */
  private boolean isLive(Block block, int page, int at) {
    if (!dead.get(block.firstRef() + page)) {
      return true;
    }
    int first = index.find(block.hashHigh(page), block.hashLow(page));
    return first != 0
        && !dead.get(first)
        && index.placeOf(first)
            == PageIndex.place(block.segment().number(), at, block.dataLength(page));
  }
}
