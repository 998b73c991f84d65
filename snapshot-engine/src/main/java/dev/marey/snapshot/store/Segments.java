package dev.marey.snapshot.store;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segment files of a store: those found when it was opened, which are only read, and those
 * written since.
 *
 * <p>Threading: {@link #has}, {@link #read}, {@link #sync} and {@link #bytes} by any; the rest by
 * the store's lock.
 */
final class Segments {

  private static final Logger LOG = LoggerFactory.getLogger(Segments.class);

  private final Path folder;
  private final UUID storeId;
  private final int segmentBytes;
  private final Disk disk;

  /** Number of the last segment that was there when the store was opened. */
  private final int lastFound;

  private final Set<Segment> unsynced = new LinkedHashSet<>();

  /** Indexed by segment number; replaced, not changed, when one is added. */
  private volatile @Nullable Segment[] all = new Segment[1];

  /** Everything before this place (without length) can be read. */
  private volatile long written;

  private @Nullable Segment current;
  private long syncedThrough;

  /** Number of the last segment whose name is durable. Guarded by who syncs. */
  private int named;

  /** A sync failed, and what it was to write was not written again yet. Guarded by who syncs. */
  private boolean doubtful;

  Segments(Path folder, UUID storeId, int segmentBytes, List<Segment> found, Disk disk) {
    this.folder = folder;
    this.storeId = storeId;
    this.segmentBytes = segmentBytes;
    this.disk = disk;
    found.forEach(this::add);
    written = (long) all.length << 28;
    named = all.length - 1;
    lastFound = all.length - 1;
  }

  private void add(Segment segment) {
    @Nullable Segment[] more = Arrays.copyOf(all, Math.max(all.length, segment.number() + 1));
    more[segment.number()] = segment;
    all = more;
  }

  /** The segment that is being written, if there is one. */
  @Nullable Segment current() {
    return current;
  }

  /**
   * The segment that the next block goes to, and a note of a sync behind it; a new file when the
   * one before is full. The next sync makes its name durable.
   *
   * @param nextRef reference of the first page in that block
   */
  Segment forNextBlock(int nextRef) throws SnapshotException {
    Segment segment = current;
    if (segment != null
        && segment.hasRoomFor(BlockFormat.MAX_BLOCK_BYTES + BlockFormat.ALIGNMENT)) {
      return segment;
    }
    if (segment != null) {
      // Synced or not: the next sync finishes it.
      unsynced.add(segment);
    }
    int number = all.length;
    Path path = folder.resolve(String.format(Locale.ROOT, "%07d.pages", number));
    try {
      byte[] header = BlockFormat.fileHeader(number, storeId, nextRef);
      segment = Segment.create(path, number, header, segmentBytes, disk);
    } catch (IOException e) {
      throw SnapshotException.ofFile("write the page store", path, e);
    }
    add(segment);
    current = segment;
    return segment;
  }

  /** Appends to the current segment, all or nothing. */
  void append(Segment segment, byte[] block, int length) throws SnapshotException {
    try {
      segment.append(block, length);
    } catch (IOException e) {
      throw SnapshotException.ofFile("write the page store", segment.path(), e);
    }
    written = (long) segment.number() << 28 | segment.end();
  }

  /** Says that pages were appended which a sync must take care of. */
  void markUnsynced(Segment segment) {
    unsynced.add(segment);
  }

  List<Segment> unsynced() {
    return List.copyOf(unsynced);
  }

  /** Position behind the last block that was written. */
  long written() {
    return written;
  }

  /** Position up to which everything is on disk for good, as blocks note it. */
  long syncedThrough() {
    return syncedThrough;
  }

  /**
   * Returns when segments and their names are on disk for good.
   *
   * <p>The kernel names a failure once and takes the pages for written from then on. They are in
   * its memory still: what was not on disk before is written again, or later syncs would lie.
   */
  void sync(List<Segment> segments) throws SnapshotException {
    if (doubtful) {
      writeAgain(segments);
    }
    for (Segment segment : segments) {
      try {
        segment.sync();
      } catch (IOException e) {
        SnapshotException failure =
            SnapshotException.ofFile("sync the page store", segment.path(), e);
        doubtful = true;
        try {
          writeAgain(segments);
        } catch (SnapshotException second) {
          failure.addSuppressed(second);
        }
        throw failure;
      }
    }
    syncNames(segments);
  }

  private void syncNames(List<Segment> segments) throws SnapshotException {
    int last = segments.stream().mapToInt(Segment::number).max().orElse(0);
    if (last > named) {
      try {
        DurableFiles.syncFolder(folder);
      } catch (IOException e) {
        throw SnapshotException.ofFile("sync the page store", folder, e);
      }
      named = last;
    }
  }

  private void writeAgain(List<Segment> segments) throws SnapshotException {
    for (Segment segment : segments) {
      int from = unsyncedFrom(segment);
      SegmentWalk walk =
          new SegmentWalk(segment, storeId, Math.max(from, BlockFormat.FILE_HEADER_BYTES));
      int sound = walk.dataEnd();
      for (Block block = walk.next(); block != null; block = walk.next()) {
        if (block.offset() != sound || !block.isSound()) {
          break;
        }
        sound = block.end();
      }
      try {
        if (sound < segment.end()) {
          throw new IOException("pages that were just written are lost");
        }
        segment.writeAgain(from);
      } catch (IOException e) {
        throw SnapshotException.ofFile("write the page store again", segment.path(), e);
      }
    }
    doubtful = false;
  }

  private int unsyncedFrom(Segment segment) {
    return segment.number() == (int) (syncedThrough >>> 32)
        ? (int) syncedThrough
        : segment.number() < (int) (syncedThrough >>> 32) ? segment.end() : 0;
  }

  /**
   * Says that segments were synced. Those that are full are finished; if nothing was put meanwhile,
   * a block without pages notes how far the disk is.
   *
   * @param position {@link #written} before the sync began
   * @param block the open block
   * @param nextRef reference of the next page
   */
  void synced(List<Segment> done, long position, OpenBlock block, int nextRef) {
    boolean nothingNew = written == position && block.isEmpty();
    for (Segment segment : done) {
      // What came while the disk was busy may have filled it.
      boolean whole = liesBefore(position, segment);
      if (whole) {
        unsynced.remove(segment);
      }
      if (whole && segment != current) {
        finish(segment);
      }
    }
    syncedThrough = ((position >>> 28) << 32) | (position & PageIndex.OFFSET_MASK);
    if (nothingNew) {
      noteSync(block, nextRef);
    }
  }

  private static boolean liesBefore(long position, Segment segment) {
    int last = (int) (position >>> 28);
    return segment.number() < last
        || (segment.number() == last && segment.end() == (position & PageIndex.OFFSET_MASK));
  }

  private void noteSync(OpenBlock block, int nextRef) {
    Segment segment = current;
    if (segment == null || !segment.hasRoomFor(BlockFormat.ALIGNMENT)) {
      return;
    }
    try {
      append(segment, block.bytes(), block.sealWithoutPages(nextRef, syncedThrough));
    } catch (SnapshotException e) {
      // The note only spares the next opening some work; the pages are safe without it.
      return;
    } finally {
      block.clear();
    }
  }

  private static void finish(Segment segment) {
    try {
      segment.finish();
    } catch (IOException e) {
      // Its pages are on disk; the next opening cuts it.
      LOG.warn("could not finish {}: {}", segment.path(), e.getMessage());
    }
  }

  /** Ends writing: all files are closed. */
  void finish() {
    for (Segment segment : unsynced) {
      if (segment != current) {
        finish(segment);
      }
    }
    unsynced.clear();
    if (current != null) {
      finish(current);
      current = null;
    }
  }

  /** All that are known, in the order of their numbers. */
  List<Segment> list() {
    return Arrays.stream(all).filter(Objects::nonNull).toList();
  }

  /** The segment with a number, if there is one. */
  Optional<Segment> find(int number) {
    @Nullable Segment[] known = all;
    return number < known.length ? Optional.ofNullable(known[number]) : Optional.empty();
  }

  /** Whether a segment's file may be removed when nothing in it is needed. */
  boolean mayGo(Segment segment) {
    return segment != current && !unsynced.contains(segment) && segment.number() + 1 < all.length;
  }

  /** Whether a block is on disk for good, or was found when the store was opened. */
  boolean isSettled(Block block) {
    return block.segment().number() <= lastFound || block.position() < syncedThrough;
  }

  /** Removes the file of a segment and what is known of it. */
  void remove(Segment segment) throws IOException {
    Files.delete(segment.path());
    @Nullable Segment[] fewer = all.clone();
    fewer[segment.number()] = null;
    all = fewer;
  }

  /** Whether the record at a place was written, rather than waiting in the open block. */
  boolean has(long place) {
    return place >>> 13 < written;
  }

  /**
   * Copies a record.
   *
   * @return false if its file is gone or the disk could not deliver it
   */
  boolean read(long place, byte[] into, int length) {
    @Nullable Segment[] known = all;
    int number = PageIndex.segmentOf(place);
    Segment segment = number < known.length ? known[number] : null;
    return segment != null && segment.read(PageIndex.offsetOf(place), into, length);
  }

  /** Room that all files take on disk, without holes. */
  long bytes() {
    long bytes = 0;
    for (Segment segment : all) {
      bytes += segment == null ? 0 : segment.dataBytes();
    }
    return bytes;
  }
}
