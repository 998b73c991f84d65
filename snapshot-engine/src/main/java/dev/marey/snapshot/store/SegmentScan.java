package dev.marey.snapshot.store;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Reads the directories of all segment files when a store is opened and fills the index from them.
 * A block whose header is wrong is stepped over; pages after the last known sync whose data is
 * wrong were lost in a crash before any node could name them, and are dropped.
 *
 * <p>Threading: one thread, for the time of one opening.
 */
final class SegmentScan {

  private record Block(Segment segment, int offset, int pages, int firstRef, ByteBuffer head) {

    long position() {
      return (long) segment.number() << 32 | offset;
    }
  }

  private final Path folder;
  private final UUID storeId;
  private final PageIndex index;
  private final List<Segment> segments = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final byte[] record = new byte[BlockFormat.RECORD_HEADER_BYTES + BlockFormat.PAGE_BYTES];
  private int firstRefOfLastSegment;
  private long syncedThrough;
  private long storedBytes;

  SegmentScan(Path folder, UUID storeId, PageIndex index) {
    this.folder = folder;
    this.storeId = storeId;
    this.index = index;
  }

  /** The segments found, in the order of their numbers. */
  List<Segment> segments() {
    return segments;
  }

  long storedBytes() {
    return storedBytes;
  }

  void run() throws SnapshotException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path path : files.sorted().toList()) {
        String name = path.getFileName().toString();
        if (name.matches("[0-9]{7}\\.pages")) {
          scan(Segment.open(path, Integer.parseInt(name.substring(0, 7))));
        }
      }
    } catch (IOException e) {
      throw SnapshotException.ofFile("read the page store", folder, e);
    }
    blocks.forEach(this::index);
    index.skipTo(firstRefOfLastSegment);
  }

  private void scan(Segment segment) throws SnapshotException, IOException {
    segments.add(segment);
    byte[] header = new byte[BlockFormat.FILE_HEADER_BYTES];
    if (segment.read(0, header, header.length) && BlockFormat.isFileHeader(header)) {
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
      firstRefOfLastSegment = Math.max(firstRefOfLastSegment, BlockFormat.firstRefOf(header));
    }
    int length = segment.end();
    int offset = BlockFormat.FILE_HEADER_BYTES;
    int dataEnd = Math.min(length, offset);
    while (offset + BlockFormat.ALIGNMENT <= length) {
      byte[] head = new byte[Math.min(BlockFormat.RECORDS_OFFSET, length - offset)];
      if (startsWithMagic(segment, offset)
          && segment.read(offset, head, head.length)
          && BlockFormat.isBlock(head, storeId)) {
        ByteBuffer fields = ByteBuffer.wrap(head);
        Block block = new Block(segment, offset, fields.getInt(4), fields.getInt(8), fields);
        syncedThrough = Math.max(syncedThrough, fields.getLong(16));
        if (block.pages > 0) {
          blocks.add(block);
        }
        offset += fields.getInt(12);
        dataEnd = Math.min(offset, length);
      } else {
        offset += BlockFormat.ALIGNMENT;
      }
    }
    segment.cutTo(dataEnd);
    segment.finish();
  }

  private boolean startsWithMagic(Segment segment, int offset) {
    return segment.read(offset, record, 4) && record[0] == 'P' && record[1] == 'G';
  }

  private void index(Block block) {
    if (block.firstRef < index.nextRef()) {
      return;
    }
    index.skipTo(block.firstRef);
    boolean check = block.position() >= syncedThrough;
    ByteBuffer directory = block.head;
    int at = BlockFormat.DIRECTORY_OFFSET;
    int offset = block.offset + BlockFormat.RECORDS_OFFSET;
    for (int i = 0; i < block.pages; i++, at += BlockFormat.ENTRY_BYTES) {
      int length = directory.getShort(at + BlockFormat.HASH_BYTES) & 0xffff;
      if (length > BlockFormat.PAGE_BYTES || (check && !isSound(block.segment, offset, length))) {
        index.skipTo(block.firstRef + i + 1);
      } else {
        long place = PageIndex.place(block.segment.number(), offset, length);
        index.add(directory.getLong(at), directory.getLong(at + 8), place, check);
        storedBytes += length;
      }
      offset += BlockFormat.RECORD_HEADER_BYTES + length;
    }
  }

  private boolean isSound(Segment segment, int offset, int length) {
    return segment.read(offset, record, BlockFormat.RECORD_HEADER_BYTES + length)
        && ByteBuffer.wrap(record).getInt(0)
            == BlockFormat.crc(record, BlockFormat.RECORD_HEADER_BYTES, length);
  }
}
