package dev.marey.snapshot.disk;

import dev.marey.machine.disk.DiskImage;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import dev.marey.snapshot.store.PageStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the guest of one machine has made of a disk. A block is in the scratch file when it was
 * written and is not stored yet, else in the page store when it was written before the last node,
 * else in the person's image, which is never written.
 *
 * <p>As with RAM, a block that an unfinished capture needs is stored before it is overwritten. So
 * the pause of a snapshot does nothing but hand over the set of written blocks, whatever the size
 * of the disk and the number of nodes.
 *
 * <p>Threading: one at a time; its {@link LiveDisk} sees to that.
 */
final class DiskWrites implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DiskWrites.class);
  private static final int BLOCK = DiskMap.BLOCK_BYTES;

  private final DiskImage image;
  private final PageStore store;
  private final ScratchFile scratch;
  private final StoredDisk before;
  private final BitSet inScratch = new BitSet();
  private final List<DiskCapture> unfinished = new ArrayList<>();
  private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
  private BitSet written = new BitSet();

  /**
   * @param map the disk's content, on top of the image
   * @param scratch empty and as long as the disk in whole blocks; this disk closes it
   */
  DiskWrites(DiskImage image, PageStore store, ScratchFile scratch, PageMap map) {
    this.image = image;
    this.store = store;
    this.scratch = scratch;
    this.before = new StoredDisk(image, store, map);
  }

  long lengthBytes() {
    return image.lengthBytes();
  }

  void read(long offsetBytes, ByteBuffer into) throws IOException {
    int end = into.limit();
    long at = offsetBytes;
    while (into.position() < end) {
      int first = (int) (at / BLOCK);
      boolean scratched = inScratch.get(first);
      int next = scratched ? inScratch.nextClearBit(first) : inScratch.nextSetBit(first);
      long stop = next < 0 ? Long.MAX_VALUE : (long) next * BLOCK;
      int count = (int) Math.min(end - into.position(), stop - at);
      into.limit(into.position() + count);
      if (scratched) {
        scratch.read(at, into);
      } else {
        before.read(at, into);
      }
      at += count;
    }
    into.limit(end);
  }

  void write(long offsetBytes, ByteBuffer from) throws IOException {
    int end = from.limit();
    long at = offsetBytes;
    while (from.position() < end) {
      int within = (int) (at % BLOCK);
      int left = end - from.position();
      int count =
          within == 0 && left >= BLOCK ? left / BLOCK * BLOCK : Math.min(left, BLOCK - within);
      from.limit(from.position() + count);
      if (count % BLOCK == 0) {
        writeBlocks(at, from);
      } else {
        writeWithin((int) (at / BLOCK), within, from);
      }
      at += count;
    }
    from.limit(end);
  }

  private void writeBlocks(long offset, ByteBuffer from) throws IOException {
    int first = (int) (offset / BLOCK);
    int behind = first + from.remaining() / BLOCK;
    storeBeforeWrite(first, behind);
    scratch.write(offset, from);
    noteWritten(first, behind);
  }

  /** A part of one block: the rest of it comes from where the block is. */
  private void writeWithin(int at, int within, ByteBuffer from) throws IOException {
    storeBeforeWrite(at, at + 1);
    readWhole(at);
    block.position(within).put(from).rewind();
    scratch.write((long) at * BLOCK, block);
    noteWritten(at, at + 1);
  }

  /** Into {@link #block}; what lies behind the end of the disk is zeroes. */
  private void readWhole(int at) throws IOException {
    long offset = (long) at * BLOCK;
    block.clear();
    if (offset + BLOCK > lengthBytes()) {
      block.put(new byte[BLOCK]).clear().limit((int) (lengthBytes() - offset));
    }
    read(offset, block);
    block.clear();
  }

  void zero(long offsetBytes, long lengthBytes) throws IOException {
    long end = offsetBytes + lengthBytes;
    long firstWhole = (offsetBytes + BLOCK - 1) / BLOCK * BLOCK;
    long lastWhole = end == lengthBytes() ? end : end / BLOCK * BLOCK;
    if (firstWhole >= lastWhole) {
      write(offsetBytes, ByteBuffer.allocateDirect((int) lengthBytes));
      return;
    }
    write(offsetBytes, ByteBuffer.allocateDirect((int) (firstWhole - offsetBytes)));
    int first = (int) (firstWhole / BLOCK);
    int behind = (int) ((lastWhole + BLOCK - 1) / BLOCK);
    storeBeforeWrite(first, behind);
    scratch.drop(firstWhole, (long) (behind - first) * BLOCK);
    noteWritten(first, behind);
    write(lastWhole, ByteBuffer.allocateDirect((int) (end - lastWhole)));
  }

  private void noteWritten(int first, int behind) {
    inScratch.set(first, behind);
    written.set(first, behind);
  }

  private void storeBeforeWrite(int first, int behind) throws IOException {
    for (DiskCapture capture : List.copyOf(unfinished)) {
      for (int at = capture.nextUnstored(first); at >= 0 && at < behind; ) {
        if (!store(capture, at)) {
          break;
        }
        at = capture.nextUnstored(at + 1);
      }
    }
  }

  private boolean store(DiskCapture capture, int at) throws IOException {
    scratch.read((long) at * BLOCK, block.clear());
    try {
      capture.noteStored(at, store.put(block.flip()));
      return true;
    } catch (SnapshotException e) {
      fail(capture, e);
      return false;
    }
  }

  /** The disk as the last node whose blocks are all stored has it. */
  PageMap map() {
    return before.map();
  }

  /** Content that differs from the last node's. */
  int writtenBlocks() {
    return written.cardinality();
  }

  /**
   * Begins a capture of the disk as it is now; the machine must stand still. A {@link DiskSaver}
   * brings it to its end.
   */
  DiskCapture beginCapture() {
    DiskCapture capture = new DiskCapture(written);
    written = new BitSet();
    unfinished.add(capture);
    return capture;
  }

  /**
   * Stores some blocks of a capture; the guest may write in between.
   *
   * @return whether there is more to do
   */
  boolean step(DiskCapture capture, int blocksAtMost) {
    if (capture.map().isDone()) {
      return false;
    }
    try {
      int at = capture.nextUnstored(0);
      for (int i = 0; i < blocksAtMost && at >= 0; i++) {
        if (!store(capture, at)) {
          return false;
        }
        at = capture.nextUnstored(at + 1);
      }
      if (at >= 0) {
        return true;
      }
      finish(capture);
    } catch (IOException e) {
      fail(capture, new SnapshotException("Saving a disk failed: " + e.getMessage(), e));
    }
    return false;
  }

  /** Captures end in the order they were begun. */
  private void finish(DiskCapture capture) {
    if (unfinished.get(0) != capture) {
      throw new IllegalStateException("an earlier capture of this disk is unfinished");
    }
    unfinished.remove(0);
    before.become(capture.on(before.map()));
    dropStored(capture.blocks());
    boolean unused = capture.map().complete(before.map());
  }

  /** What is stored and has not been written since need not be in the scratch file. */
  private void dropStored(BitSet stored) {
    BitSet needless = (BitSet) stored.clone();
    needless.andNot(written);
    unfinished.forEach(later -> needless.andNot(later.blocks()));
    try {
      for (int from = needless.nextSetBit(0); from >= 0; ) {
        int behind = needless.nextClearBit(from);
        // Read where it is stored from now on, even if it can be dropped only in part.
        inScratch.clear(from, behind);
        scratch.drop((long) from * BLOCK, (long) (behind - from) * BLOCK);
        from = needless.nextSetBit(behind);
      }
    } catch (IOException e) {
      LOG.warn("room that disk writes took is not given back yet: {}", e.getMessage());
    }
  }

  /** Its blocks count as written again, and so do those of the captures that were to follow. */
  private void fail(DiskCapture capture, SnapshotException cause) {
    int from = unfinished.indexOf(capture);
    List<DiskCapture> lost = List.copyOf(unfinished.subList(from, unfinished.size()));
    unfinished.removeAll(lost);
    for (DiskCapture one : lost) {
      written.or(one.blocks());
    }
    lost.forEach(one -> one.map().completeExceptionally(cause));
  }

  /** Gives a capture up, and those begun after it. */
  void giveUp(DiskCapture capture, SnapshotException cause) {
    if (unfinished.contains(capture)) {
      fail(capture, cause);
    }
  }

  /** The disk becomes what it was at a node. The machine must stand still, with nothing unsaved. */
  void revertTo(PageMap map) throws SnapshotException {
    if (!unfinished.isEmpty()) {
      throw new IllegalStateException("a capture of this disk is unfinished");
    }
    try {
      scratch.dropAll();
    } catch (IOException e) {
      throw new SnapshotException("Taking a disk back failed: " + e.getMessage(), e);
    }
    inScratch.clear();
    written.clear();
    before.become(map);
  }

  @Override
  public void close() {
    if (!unfinished.isEmpty()) {
      fail(unfinished.get(0), new SnapshotException("the machine has ended"));
    }
    scratch.close();
  }
}
