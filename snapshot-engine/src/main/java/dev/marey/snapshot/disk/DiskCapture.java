package dev.marey.snapshot.disk;

import dev.marey.snapshot.store.PageMap;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;

/**
 * One disk at the instant of one node: the blocks written since the node before, each of which is
 * stored once, either by the saver or because the guest is about to write it again.
 *
 * <p>Threading: guarded by its {@link LiveDisk}, except for {@link #map}.
 */
public final class DiskCapture {

  private final BitSet blocks;
  private final BitSet stored = new BitSet();
  private final CompletableFuture<PageMap> map = new CompletableFuture<>();
  private int[] at = new int[64];
  private int[] entries = new int[64];
  private int count;

  DiskCapture(BitSet blocks) {
    this.blocks = blocks;
  }

  /**
   * Completes with the disk's map when all of it is in the page store; fails if it could not be.
   */
  public CompletableFuture<PageMap> map() {
    return map;
  }

  /** Blocks written since the node before. */
  public int blockCount() {
    return blocks.cardinality();
  }

  BitSet blocks() {
    return blocks;
  }

  /** The first block from {@code from} on that is not stored yet; negative if there is none. */
  int nextUnstored(int from) {
    int next = blocks.nextSetBit(from);
    while (next >= 0 && stored.get(next)) {
      next = blocks.nextSetBit(stored.nextClearBit(next));
    }
    return next;
  }

  void noteStored(int block, int ref) {
    if (count == at.length) {
      at = Arrays.copyOf(at, count * 2);
      entries = Arrays.copyOf(entries, count * 2);
    }
    at[count] = block;
    entries[count] = DiskMap.entry(ref);
    count++;
    stored.set(block);
  }

  /** The map of the node before, with what was stored. */
  PageMap on(PageMap before) {
    var change = before.change();
    for (int i = 0; i < count; i++) {
      change.set(at[i], entries[i]);
    }
    return change.build();
  }
}
