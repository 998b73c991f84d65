package dev.marey.snapshot.store;

import dev.marey.snapshot.SnapshotException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The unique page contents of a session, on disk. Append-only; every content is stored once and
 * named by a reference, a small number that stays the same for as long as the session exists.
 * Reference 0 is the page of zeroes, which is never stored. {@link BlockFormat} draws the files.
 *
 * <p>Contents are told apart by the first 128 bits of their SHA-256. Guest memory is hostile: two
 * pages with the same 128 bits would take 2<sup>64</sup> hashes to make, on purpose, and would harm
 * only that guest's own snapshots; so equal hashes count as equal pages and are not compared.
 *
 * <p>A page that is found damaged when the same content comes again is stored anew, and its
 * reference heals.
 *
 * <p>Threading: any thread. Putting takes a lock, for about 10 µs, and for a write of up to 512 KiB
 * at every 128th new page: nothing that must not wait for the disk may call it. Reading takes it
 * only for the at most 128 pages not yet written.
 */
public final class PageStore implements AutoCloseable {

  /** Bytes in a page. */
  public static final int PAGE_BYTES = BlockFormat.PAGE_BYTES;

  private static final int SEGMENT_BYTES = PageIndex.MAX_SEGMENT_BYTES;

  private final Path folder;
  private final UUID storeId;
  private final boolean writable;
  private final List<String> problems = new ArrayList<>();
  private final PageIndex index;
  private final Segments segments;
  private final OpenBlock block;
  private final FreshPages fresh = new FreshPages();

  /** Segments whose forgotten pages still take room. */
  private final Set<Segment> waiting = new LinkedHashSet<>();

  private final PageReader reader;
  private final ThreadLocal<PageCodec> codecs = ThreadLocal.withInitial(PageCodec::new);
  private final AtomicLong storedBytes;

  /** One sync at a time; taken before {@link #lock}, which is not held while the disk syncs. */
  private final ReentrantLock forceLock = new ReentrantLock();

  /** Guards the index, the segments, the open block and {@link #closed}. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean closed;

  private PageStore(
      Path folder,
      UUID storeId,
      boolean writable,
      PageIndex index,
      Segments segments,
      long storedBytes) {
    this.folder = folder;
    this.writable = writable;
    this.storeId = storeId;
    this.index = index;
    this.segments = segments;
    this.block = new OpenBlock(storeId);
    this.reader = new PageReader(index, segments, block, lock);
    this.storedBytes = new AtomicLong(storedBytes);
  }

  /**
   * Opens the store in a folder; an empty folder is an empty store.
   *
   * @param storeId identity of the session, secret from the guest
   */
  public static PageStore open(Path folder, UUID storeId) throws SnapshotException {
    return open(folder, storeId, SEGMENT_BYTES);
  }

  /** Opens it and leaves every file as it is; nothing can be put. */
  public static PageStore openReadOnly(Path folder, UUID storeId) throws SnapshotException {
    return open(folder, storeId, SEGMENT_BYTES, false, Disk.HOST);
  }

  static PageStore open(Path folder, UUID storeId, int segmentBytes) throws SnapshotException {
    return open(folder, storeId, segmentBytes, Disk.HOST);
  }

  static PageStore open(Path folder, UUID storeId, int segmentBytes, Disk disk)
      throws SnapshotException {
    return open(folder, storeId, segmentBytes, true, disk);
  }

  private static PageStore open(
      Path folder, UUID storeId, int segmentBytes, boolean writable, Disk disk)
      throws SnapshotException {
    if (segmentBytes
            < BlockFormat.FILE_HEADER_BYTES + BlockFormat.MAX_BLOCK_BYTES + BlockFormat.ALIGNMENT
        || segmentBytes > PageIndex.MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException("segmentBytes is out of range: " + segmentBytes);
    }
    PageIndex index = new PageIndex(new SecureRandom().nextLong());
    SegmentScan scan = new SegmentScan(folder, storeId, index, writable, disk);
    scan.run();
    Segments segments = new Segments(folder, storeId, segmentBytes, scan.segments(), disk);
    PageStore store = new PageStore(folder, storeId, writable, index, segments, scan.storedBytes());
    store.problems.addAll(scan.problems());
    return store;
  }

  /**
   * Stores a page unless its content is stored already.
   *
   * @param page 4,096 bytes from its position, which does not move
   * @return its reference, {@link PageMap#ZERO_PAGE} for zeroes
   * @throws SnapshotException if the disk refused; the store stays as it was, and putting works
   *     again when the cause is gone
   */
  public int put(ByteBuffer page) throws SnapshotException {
    PageCodec codec = codecs.get();
    codec.load(page);
    return put(codec);
  }

  /**
   * The same for 4,096 bytes of native memory of this process, which must be present and not
   * write-protected by a userfaultfd.
   */
  public int put(long nativeAddress) throws SnapshotException {
    PageCodec codec = codecs.get();
    codec.load(nativeAddress);
    return put(codec);
  }

  private int put(PageCodec codec) throws SnapshotException {
    if (codec.isZero()) {
      return PageMap.ZERO_PAGE;
    }
    codec.hash();
    lock.lock();
    try {
      int known = index.find(codec.hashHigh(), codec.hashLow());
      boolean there = known != 0 && (index.isTrusted(known) || readsBack(known, codec));
      int ref = there ? known : append(codec);
      fresh.note(ref);
      return ref;
    } finally {
      lock.unlock();
    }
  }

  private boolean readsBack(int ref, PageCodec codec) {
    if (reader.damageOfRecord(ref, codec) != null) {
      return false;
    }
    index.trust(ref);
    return true;
  }

  private int append(PageCodec codec) throws SnapshotException {
    if (closed || !writable) {
      throw new SnapshotException(
          "Could not write the page store ("
              + folder
              + "): it is "
              + (writable ? "closed" : "open to be read only")
              + ". Open the session again.");
    }
    if (index.nextRef() == Integer.MAX_VALUE - 1) {
      throw new SnapshotException(
          "Could not write the page store ("
              + folder
              + "): this session has stored as many pages as it can number, 2,147,483,646. Its nodes"
              + " are safe; bundle those you need and go on in the session that the bundle becomes.");
    }
    if (block.isFull()) {
      flush();
    }
    int ref = index.nextRef();
    Segment segment = block.isEmpty() ? null : segments.current();
    if (segment == null) {
      segment = segments.forNextBlock(ref);
    }
    // All memory that is needed, before the block knows of the page: it is in both or in none.
    index.makeRoom();
    int length = codec.compress();
    int offset = segment.end() + block.add(codec, length, ref);
    storedBytes.addAndGet(length);
    long place = PageIndex.place(segment.number(), offset, length);
    return index.add(codec.hashHigh(), codec.hashLow(), place, true);
  }

  /** Writes the open block, all or nothing; its pages stay readable either way. */
  private void flush() throws SnapshotException {
    Segment segment = segments.current();
    if (block.isEmpty() || segment == null) {
      return;
    }
    segments.markUnsynced(segment);
    segments.append(segment, block.bytes(), block.seal(segments.syncedThrough()));
    block.clear();
  }

  /**
   * Reads a page back.
   *
   * @param into gets 4,096 bytes at its position, which does not move
   */
  public void read(int ref, ByteBuffer into) throws PageDamagedException {
    PageCodec codec = codecs.get();
    reader.read(ref, codec);
    codec.unload(into);
  }

  /** The same into native memory of this process, which must be present and writable. */
  public void read(int ref, long nativeAddress) throws PageDamagedException {
    PageCodec codec = codecs.get();
    reader.read(ref, codec);
    codec.unload(nativeAddress);
  }

  /**
   * Returns when every page put before is on disk for good.
   *
   * @throws SnapshotException if the disk refused; pages put so far can be read but are not safe
   *     until a later call succeeds
   */
  public void force() throws SnapshotException {
    forceLock.lock();
    try {
      List<Segment> toSync;
      long position;
      lock.lock();
      try {
        flush();
        toSync = segments.unsynced();
        position = segments.written();
      } finally {
        lock.unlock();
      }
      if (toSync.isEmpty()) {
        return;
      }
      segments.sync(toSync);
      lock.lock();
      try {
        segments.synced(toSync, position, block, index.nextRef());
      } finally {
        lock.unlock();
      }
    } finally {
      forceLock.unlock();
    }
  }

  /** What could not be read when the store was opened, in plain words. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /**
   * Gives the room of all pages back that no node has. Only once the store was closed; pages that
   * are freed are damaged from then on, until their content is put again.
   *
   * @param live references of the pages that nodes have, as in their page maps
   */
  public void free(BitSet live) throws SnapshotException {
    lock.lock();
    try {
      if (!closed) {
        throw new IllegalStateException("the page store is open: " + folder);
      }
      BitSet dead = (BitSet) live.clone();
      dead.flip(1, Math.max(1, index.nextRef()));
      DeadPages pages = new DeadPages(segments, index, storeId, lock, dead);
      for (Segment segment : segments.list()) {
        boolean unused = pages.free(segment);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Keeps what is put from now on, until it is closed. */
  public PageLease lease() {
    return new PageLease(fresh, lock);
  }

  /**
   * Begins to give the room of pages back while the store is open. Whoever puts pages for a node
   * meanwhile must have a {@link #lease}.
   */
  public PageClearing beginClearing() {
    return new PageClearing(index, segments, storeId, fresh, lock, waiting);
  }

  /** Whether a clearing has left room that could not be given back yet. */
  public boolean owesRoom() {
    lock.lock();
    try {
      return !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes sure that no new page gets a reference that some node holds already, if the page behind
   * it was lost with the end of the store.
   *
   * @param highestRef greatest reference in any page map of the session
   */
  public void reserve(int highestRef) throws SnapshotException {
    lock.lock();
    try {
      flush();
      index.skipTo(highestRef + 1);
    } finally {
      lock.unlock();
    }
  }

  /** Told of one page that cannot be read back. */
  @FunctionalInterface
  public interface DamageVisitor {
    /**
     * Called once for each damaged page.
     *
     * @param ref its reference
     * @param reason what is wrong, a clause without full stop
     */
    void damaged(int ref, String reason);
  }

  /** Reads every page back and compares it with its SHA-256. Takes about 6 µs a page. */
  public void verify(DamageVisitor visitor) {
    int end = index.nextRef();
    for (int ref = 1; ref < end; ref++) {
      String damage = damageOf(ref);
      if (damage != null) {
        visitor.damaged(ref, damage);
      }
    }
  }

  /** What is wrong with a page, a clause without full stop; null if it reads back as stored. */
  public @Nullable String damageOf(int ref) {
    return reader.damageOf(ref, codecs.get());
  }

  /** Bytes of page data on disk or on the way there, without headers. */
  public long storedBytes() {
    return storedBytes.get();
  }

  /** Bytes of data of some pages, without headers. */
  public long bytesOf(BitSet references) {
    return references.stream()
        .mapToLong(index::placeOf)
        .filter(place -> place != PageIndex.LOST)
        .map(PageIndex::lengthOf)
        .sum();
  }

  /**
   * Room that the store's files take on disk, in bytes, headers included; pages not yet written do
   * not count.
   */
  public long fileBytes() {
    return segments.bytes();
  }

  /** One more than the greatest reference given so far. */
  public int nextRef() {
    return index.nextRef();
  }

  /** Forces what is left and closes the files for writing. Pages can be read still. */
  @Override
  public void close() throws SnapshotException {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      lock.unlock();
    }
    try {
      force();
    } finally {
      lock.lock();
      try {
        segments.finish();
      } finally {
        lock.unlock();
      }
    }
  }
}
