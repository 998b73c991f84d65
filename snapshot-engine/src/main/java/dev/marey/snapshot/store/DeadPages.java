package dev.marey.snapshot.store;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The pages that no node has. Their room goes back to the file system: a file with nothing else is
 * removed, in others their records become holes. Headers and directories stay, so references and
 * the order of blocks do too; a record in a hole is one with a wrong checksum, which heals when its
 * content is put again.
 *
 * <p>The last file always stays: it says which references were given and what was synced.
 *
 * <p>Threading: the store's lock.
 */
final class DeadPages {

  /** Smaller holes than a block of the file system give nothing back. */
  private static final int HOLE_BYTES = 4096;

  private final Segments segments;
  private final PageIndex index;
  private final UUID storeId;
  private final BitSet live;

  DeadPages(Segments segments, PageIndex index, UUID storeId, BitSet live) {
    this.segments = segments;
    this.index = index;
    this.storeId = storeId;
    this.live = live;
  }

  void free() throws SnapshotException {
    List<Segment> all = segments.list();
    for (int i = 0; i < all.size(); i++) {
      Segment segment = all.get(i);
      try {
        if (!hasLive(segment) && i + 1 < all.size()) {
          segments.remove(segment);
        } else {
          punch(segment);
        }
      } catch (IOException e) {
        throw SnapshotException.ofFile("give room in the page store back", segment.path(), e);
      }
    }
  }

  /** What is not understood or could not be read counts as live. */
  private boolean hasLive(Segment segment) {
    SegmentWalk walk = new SegmentWalk(segment, storeId, BlockFormat.FILE_HEADER_BYTES);
    boolean any = false;
    for (Block block = walk.next(); block != null && !any; block = walk.next()) {
      int at = block.recordsOffset();
      for (int page = 0; page < block.pages(); page++) {
        any |= isLive(block, page, at);
        at += BlockFormat.RECORD_HEADER_BYTES + block.dataLength(page);
      }
    }
    return any
        || segment.isLeft()
        || walk.metGaps()
        || walk.metUnreadable()
        || !walk.endsInZeroes();
  }

  private void punch(Segment segment) throws IOException {
    try (SparseFile file = SparseFile.open(segment.path())) {
      SegmentWalk walk = new SegmentWalk(segment, storeId, BlockFormat.FILE_HEADER_BYTES);
      boolean holes = true;
      for (@Nullable Block block = walk.next(); block != null && holes; block = walk.next()) {
        holes = punch(block, file);
      }
    }
    segment.measureHoles();
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
    if (live.get(block.firstRef() + page)) {
      return true;
    }
    int first = index.find(block.hashHigh(page), block.hashLow(page));
    return first != 0
        && live.get(first)
        && index.placeOf(first)
            == PageIndex.place(block.segment().number(), at, block.dataLength(page));
  }
}
