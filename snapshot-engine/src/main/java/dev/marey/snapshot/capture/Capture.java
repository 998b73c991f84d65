package dev.marey.snapshot.capture;

import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One capture between the switch of epochs and its last stored page: which pages it needs and what
 * became of them.
 *
 * <p>Threading: the saver stores pages; any thread may read the counters.
 */
public final class Capture {

  private final int number;
  private final int[] pages;
  private final int[] refs;
  private volatile int generation;
  private final AtomicInteger stored = new AtomicInteger();
  private final AtomicInteger caught = new AtomicInteger();
  private final AtomicLong storedBytes = new AtomicLong();
  private final CompletableFuture<PageMap> parentMap;
  private final CompletableFuture<PageMap> map = new CompletableFuture<>();
  private final EvacuatedPages evacuated = new EvacuatedPages();

  /**
   * @param number unique in a machine, counted from 1
   * @param pages the pages to save, ascending
   * @param parentMap map of the node before, which this one's is a change of; may still be on its
   *     way
   */
  Capture(int number, int[] pages, CompletableFuture<PageMap> parentMap) {
    this.number = number;
    this.pages = pages;
    this.refs = new int[pages.length];
    this.parentMap = parentMap;
  }

  /** Says which RAM it is of. */
  void generation(int ofRam) {
    generation = ofRam;
  }

  int generation() {
    return generation;
  }

  int number() {
    return number;
  }

  int pageAt(int index) {
    return pages[index];
  }

  /** The pages it needs, ascending. Not to be changed. */
  public int[] pages() {
    return pages;
  }

  /** How many pages it needs. */
  public int pageCount() {
    return pages.length;
  }

  /** How many of them are in the page store. */
  public int storedCount() {
    return stored.get();
  }

  /** How many the guest was about to write, so that they were copied first. */
  public int caughtCount() {
    return caught.get();
  }

  /** Bytes that its pages added to the page store. */
  public long storedBytes() {
    return storedBytes.get();
  }

  /** The node's page map, once every page is stored; fails with a {@link SnapshotException}. */
  public CompletableFuture<PageMap> map() {
    return map;
  }

  CompletableFuture<PageMap> parentMap() {
    return parentMap;
  }

  void countCaught() {
    caught.incrementAndGet();
  }

  /** {@code page} is in the page store now, as {@code ref}. */
  void noteStored(int page, int ref, long bytes) {
    int index = Arrays.binarySearch(pages, page);
    if (index < 0) {
      throw new IllegalStateException("page " + page + " is not part of capture " + number);
    }
    refs[index] = ref;
    storedBytes.addAndGet(bytes);
    stored.incrementAndGet();
  }

  /** What of it is not in RAM any more and not stored yet. */
  EvacuatedPages evacuated() {
    return evacuated;
  }

  boolean isStored() {
    return stored.get() == pages.length;
  }

  /**
   * Fails when the map that this one's is a change of will never be there. Asked before the first
   * page: some of this capture's may have been taken over by a later one then.
   */
  void checkParent() throws SnapshotException {
    if (parentMap.isCompletedExceptionally()) {
      throw new SnapshotException("the node before it could not be saved");
    }
  }

  /**
   * The parent's map with this capture's pages in place. The saver takes captures in order, so the
   * parent is done.
   */
  PageMap buildMap() throws SnapshotException {
    checkParent();
    return parentMap.join().with(pages, refs);
  }
}
