package dev.marey.snapshot.store;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Reads the directories of all segment files when a store is opened and fills the index from them.
 * A block whose header is wrong is stepped over; pages after the last known sync whose data is
 * wrong were lost in a crash before any node could name them, and are dropped.
 *
 * <p>A file is cut only behind data that all could be read and was never on disk for good. What
 * cannot be read now may be readable another time, or with the right id.
 *
 * <p>Pages after the last known sync that are right now may still not be on disk: nodes that have
 * them keep them, but equal pages are stored anew.
 *
 * <p>Threading: one thread, for the time of one opening.
 */
final class SegmentScan {

  private record Found(Segment segment, SegmentWalk walk, boolean known) {}

  private static final BitSet NO_HOLES = new BitSet();

  private final Path folder;
  private final UUID storeId;
  private final PageIndex index;
  private final boolean writable;
  private final Disk disk;
  private final List<Found> found = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final Map<Integer, Segment> segments = new HashMap<>();
  private final PageCodec codec = new PageCodec();

  /** By number of the segment. */
  private final Map<Integer, BitSet> holesOf = new HashMap<>();

  private final List<String> problems = new ArrayList<>();
  private final byte[] record = new byte[BlockFormat.RECORD_HEADER_BYTES + BlockFormat.PAGE_BYTES];
  private int firstRefOfLastSegment;
  private long syncedThrough;
  private long storedBytes;

  SegmentScan(Path folder, UUID storeId, PageIndex index, boolean writable, Disk disk) {
    this.folder = folder;
    this.storeId = storeId;
    this.index = index;
    this.writable = writable;
    this.disk = disk;
  }

  /** The segments found, in the order of their numbers. */
  List<Segment> segments() {
    return found.stream().map(Found::segment).toList();
  }

  long storedBytes() {
    return storedBytes;
  }

  /** What could not be read, in plain words. */
  List<String> problems() {
    return problems;
  }

  void run() throws SnapshotException {
    List<Segment> open = new ArrayList<>();
    try {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path path : files.sorted().toList()) {
          String name = path.getFileName().toString();
          if (name.matches("[0-9]{7}\\.pages")) {
            Segment segment =
                Segment.open(path, Integer.parseInt(name.substring(0, 7)), writable, disk);
            open.add(segment);
            scan(segment);
          }
        }
      }
      for (Found each : found) {
        open.remove(each.segment);
        end(each);
      }
    } catch (IOException e) {
      throw SnapshotException.ofFile("read the page store", folder, e);
    } finally {
      open.forEach(SegmentScan::leave);
    }
    indexBlocks();
    index.skipTo(firstRefOfLastSegment);
  }

  private static void leave(Segment segment) {
    try {
      segment.leave();
    } catch (IOException e) {
      // What stopped the opening is what a person needs to hear.
      return;
    }
  }

  private void scan(Segment segment) throws SnapshotException {
    boolean known = hasHeader(segment);
    SegmentWalk walk = new SegmentWalk(segment, storeId, BlockFormat.FILE_HEADER_BYTES);
    for (Block block = walk.next(); block != null; block = walk.next()) {
      known = true;
      syncedThrough = Math.max(syncedThrough, block.syncedThrough());
      if (block.pages() > 0) {
        blocks.add(block);
      }
    }
    found.add(new Found(segment, walk, known));
    segments.put(segment.number(), segment);
  }

  private boolean hasHeader(Segment segment) throws SnapshotException {
    byte[] header = new byte[BlockFormat.FILE_HEADER_BYTES];
    if (!segment.read(0, header, header.length) || !BlockFormat.isFileHeader(header)) {
      return false;
    }
    if (BlockFormat.versionOf(header) > BlockFormat.VERSION) {
      throw new SnapshotException(
          "Could not read the page store ("
              + segment.path()
              + "): it was written by a newer Marey (format "
              + BlockFormat.versionOf(header)
              + ", this one knows "
              + BlockFormat.VERSION
              + "). Open it with that version.");
    }
    if (!BlockFormat.belongsTo(header, storeId)) {
      throw new SnapshotException(
          "Could not read the page store ("
              + segment.path()
              + "): it belongs to another session. Restore the file 'session' that was made with"
              + " it, or put the file where it belongs.");
    }
    firstRefOfLastSegment = Math.max(firstRefOfLastSegment, BlockFormat.firstRefOf(header));
    return true;
  }

  /** Cuts off what a crash left, and closes the file. */
  private void end(Found each) throws IOException {
    Segment segment = each.segment;
    int dataEnd = each.walk.dataEnd();
    boolean onlyZeroes = each.walk.endsInZeroes();
    boolean tailReadable = each.walk.unreadable() < dataEnd;
    boolean neverSynced =
        each.known && BlockFormat.position(segment.number(), dataEnd) >= syncedThrough;
    if (each.walk.metUnreadable()) {
      problems.add(
          "The disk could not read part of the page store ("
              + segment.path()
              + ", at byte "
              + each.walk.unreadable()
              + "). Nodes with pages there are damaged; nothing was removed. Check the disk and"
              + " open the session again; 'marey verify' lists the nodes.");
    } else if (!onlyZeroes && !neverSynced) {
      problems.add(
          "The end of a file of the page store is damaged ("
              + segment.path()
              + ", from byte "
              + dataEnd
              + " on). Nodes with pages there are damaged; nothing was removed. Restore the file"
              + " from a backup; 'marey verify' lists the nodes.");
    }
    segment.cutTo(dataEnd);
    if (writable && neverSynced) {
      // Later blocks say that everything before them is on disk, and nobody else sees to that.
      segment.sync();
    }
    if (writable && tailReadable && (onlyZeroes || neverSynced)) {
      segment.finish();
    } else {
      segment.leave();
    }
    segment.measureHoles();
    if (segment.holeBytes() > 0) {
      holesOf.put(segment.number(), segment.holes());
    }
  }

  private static boolean isIn(BitSet holes, int offset, int length) {
    int hole = holes.nextSetBit(offset / SparseFile.BLOCK_BYTES);
    return hole >= 0 && hole <= (offset + length - 1) / SparseFile.BLOCK_BYTES;
  }

  /**
   * A reference can be in two blocks: the earlier could not be read when the later was given it.
   * Complete nodes mean the later one.
   */
  private void indexBlocks() {
    int[] limits = new int[blocks.size()];
    int limit = Integer.MAX_VALUE;
    for (int i = blocks.size() - 1; i >= 0; i--) {
      limits[i] = limit;
      limit = Math.min(limit, blocks.get(i).firstRef());
    }
    for (int i = 0; i < limits.length; i++) {
      index(blocks.get(i), limits[i]);
    }
  }

  /** A damaged page whose content came again was stored there. */
  private void heal(long hashHigh, long hashLow, long place) {
    int known = index.find(hashHigh, hashLow);
    if (known != 0 && !isSound(index.placeOf(known))) {
      index.move(known, place);
    }
  }

  private boolean isSound(long place) {
    int length = PageIndex.lengthOf(place);
    Segment segment = segments.get(PageIndex.segmentOf(place));
    return segment != null
        && segment.read(
            PageIndex.offsetOf(place), codec.record(), BlockFormat.RECORD_HEADER_BYTES + length)
        && codec.isSound(length);
  }

  private void index(Block block, int limit) {
    boolean synced = block.position() < syncedThrough;
    int number = block.segment().number();
    BitSet holes = holesOf.getOrDefault(number, NO_HOLES);
    int offset = block.recordsOffset();
    for (int page = 0; page < block.pages() && block.firstRef() + page < limit; page++) {
      int length = block.dataLength(page);
      index.skipTo(block.firstRef() + page);
      index.makeRoom();
      long place = PageIndex.place(number, offset, length);
      if (isIn(holes, offset, BlockFormat.RECORD_HEADER_BYTES + length)) {
        // Its room was given back; nothing needs it.
        index.skipTo(block.firstRef() + page + 1);
      } else if (synced && length <= BlockFormat.PAGE_BYTES) {
        index.add(block.hashHigh(page), block.hashLow(page), place, false);
        storedBytes += length;
      } else if (!synced && block.isSound(offset, length, record)) {
        index.addUnshared(block.hashHigh(page), block.hashLow(page), place);
        heal(block.hashHigh(page), block.hashLow(page), place);
        storedBytes += length;
      } else {
        index.skipTo(block.firstRef() + page + 1);
      }
      offset += BlockFormat.RECORD_HEADER_BYTES + length;
    }
  }
}
