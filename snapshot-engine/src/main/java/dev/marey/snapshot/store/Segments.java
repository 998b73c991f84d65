package dev.marey.snapshot.store;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The segment files of a store: those found when it was opened, which are only read, and those
 * written since.
 *
 * <p>Threading: {@link #has}, {@link #read}, {@link #sync} and {@link #bytes} by any; the rest by
 * the store's lock.
 */
final class Segments {

  private final Path folder;
  private final UUID storeId;
  private final int segmentBytes;
  private final Set<Segment> unsynced = new LinkedHashSet<>();

  /** Indexed by segment number; replaced, not changed, when one is added. */
  private volatile @Nullable Segment[] all = new Segment[1];

  /** Everything before this place (without length) can be read. */
  private volatile long written;

  private @Nullable Segment current;
  private long syncedThrough;

  Segments(Path folder, UUID storeId, int segmentBytes, List<Segment> found) {
    this.folder = folder;
    this.storeId = storeId;
    this.segmentBytes = segmentBytes;
    found.forEach(this::add);
    written = (long) all.length << 28;
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
   * The segment that the next block goes to; a new file when the one before is full.
   *
   * @param nextRef reference of the first page in that block
   */
  Segment forNextBlock(int nextRef) throws SnapshotException {
    Segment segment = current;
    if (segment != null && segment.hasRoomFor(BlockFormat.MAX_BLOCK_BYTES)) {
      return segment;
    }
    int number = all.length;
    Path path = folder.resolve(String.format(Locale.ROOT, "%07d.pages", number));
    try {
      byte[] header = BlockFormat.fileHeader(number, storeId, nextRef);
      segment = Segment.create(path, number, header, segmentBytes);
      DurableFiles.syncFolder(folder);
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

  void sync(Segment segment) throws SnapshotException {
    try {
      segment.sync();
    } catch (IOException e) {
      throw SnapshotException.ofFile("sync the page store", segment.path(), e);
    }
  }

  /**
   * Says that segments were synced. Those that are full are finished; if nothing was put meanwhile,
   * a block without pages notes how far the disk is.
   *
   * @param position {@link #written} before the sync began
   * @param block the open block
   * @param nextRef reference of the next page
   */
  void synced(List<Segment> done, long position, OpenBlock block, int nextRef)
      throws SnapshotException {
    boolean nothingNew = written == position && block.isEmpty();
    for (Segment segment : done) {
      if (segment != current) {
        finish(segment);
        unsynced.remove(segment);
      } else if (written == position) {
        unsynced.remove(segment);
      }
    }
    syncedThrough = ((position >>> 28) << 32) | (position & PageIndex.OFFSET_MASK);
    if (nothingNew) {
      noteSync(block, nextRef);
    }
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

  private static void finish(Segment segment) throws SnapshotException {
    try {
      segment.finish();
    } catch (IOException e) {
      throw SnapshotException.ofFile("finish a file of the page store", segment.path(), e);
    }
  }

  /** Ends the current segment. */
  void finish() throws SnapshotException {
    Segment segment = current;
    if (segment != null) {
      finish(segment);
      current = null;
    }
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

  /** Length of all files, without the hole behind the data of the current one. */
  long bytes() {
    long bytes = 0;
    for (Segment segment : all) {
      bytes += segment == null ? 0 : segment.end();
    }
    return bytes;
  }
}
