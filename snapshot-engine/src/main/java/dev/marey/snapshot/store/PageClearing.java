package dev.marey.snapshot.store;

import dev.marey.snapshot.SnapshotException;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One clearing of an open store, while pages are put and read. From its beginning to its end it
 * holds every page that is put, and those that were put for nodes which are not complete; whoever
 * clears finds out meanwhile which others are needed.
 *
 * <p>A page goes in two steps. First, under the store's lock, it is forgotten: no put finds it from
 * then on, so its content would be stored anew, under another reference. Then, when nothing can
 * give its reference out any more, its room is given back. A crash between the two leaves it where
 * it was.
 *
 * <p>Threading: one thread, one clearing at a time.
 */
public final class PageClearing implements AutoCloseable {

  /** As many are looked at in a row; puts wait for so long. */
  private static final int AT_ONCE = 1 << 15;

  private final PageIndex index;
  private final Segments segments;
  private final UUID storeId;
  private final FreshPages fresh;
  private final ReentrantLock lock;
  private final Set<Segment> waiting;
  private final int lease;
  private final BitSet dead = new BitSet();

  /**
   * @param waiting segments with forgotten pages whose room has not been given back; kept from one
   *     clearing to the next
   * @param lock the store's, which guards all of these
   */
  PageClearing(
      PageIndex index,
      Segments segments,
      UUID storeId,
      FreshPages fresh,
      ReentrantLock lock,
      Set<Segment> waiting) {
    this.index = index;
    this.segments = segments;
    this.storeId = storeId;
    this.fresh = fresh;
    this.lock = lock;
    this.waiting = waiting;
    lock.lock();
    try {
      this.lease = fresh.leaseAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives the room of all pages back that are not needed.
   *
   * @param needed references of pages that somebody has who had them before this clearing began,
   *     and was not still putting them
   * @return bytes of disk given back
   */
  public long free(BitSet needed) throws SnapshotException {
    int end = index.nextRef();
    for (int from = 1; from < end; from += AT_ONCE) {
      forget(from, Math.min(end, from + AT_ONCE), needed);
    }
    DeadPages pages = new DeadPages(segments, index, storeId, lock, dead);
    long bytes = 0;
    for (Segment segment : waiting()) {
      long data = segment.dataBytes();
      long holes = segment.holeBytes();
      if (pages.free(segment)) {
        freed(segment);
      }
      boolean there = segments.find(segment.number()).isPresent();
      bytes += there ? segment.holeBytes() - holes : data;
    }
    return bytes;
  }

  private List<Segment> waiting() {
    lock.lock();
    try {
      return List.copyOf(waiting);
    } finally {
      lock.unlock();
    }
  }

  private void freed(Segment segment) {
    lock.lock();
    try {
      waiting.remove(segment);
    } finally {
      lock.unlock();
    }
  }

  private void forget(int from, int end, BitSet needed) {
    lock.lock();
    try {
      for (int ref = needed.nextClearBit(from); ref < end; ref = needed.nextClearBit(ref + 1)) {
        if (!fresh.has(ref)) {
          forget(ref);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget(int ref) {
    dead.set(ref);
    long place = index.placeOf(ref);
    if (place != PageIndex.LOST) {
      index.forget(ref);
      segments.find(PageIndex.segmentOf(place)).ifPresent(waiting::add);
    }
  }

  /** Lets go what was put meanwhile: nodes have it now. */
  @Override
  public void close() {
    lock.lock();
    try {
      fresh.end(lease);
    } finally {
      lock.unlock();
    }
  }
}
