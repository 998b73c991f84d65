package dev.marey.snapshot.store;

import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
  private final int segmentBytes;
  private final PageIndex index;
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock forceLock = new ReentrantLock();
  private final ThreadLocal<PageCodec> codecs = ThreadLocal.withInitial(PageCodec::new);

  /** Indexed by segment number; replaced, not changed, when one is added. */
  private volatile @Nullable Segment[] segments = new Segment[1];

  /** Everything before this place (without length) can be read from a segment. */
  private volatile long flushed;

  private final AtomicLong storedBytes = new AtomicLong();

  private @Nullable Segment current;
  private final Set<Segment> unsynced = new LinkedHashSet<>();
  private final byte[] block = new byte[BlockFormat.MAX_BLOCK_BYTES];
  private int blockEnd = BlockFormat.RECORDS_OFFSET;
  private int blockPages;
  private int blockFirstRef;
  private long syncedThrough;
  private boolean closed;

  private PageStore(Path folder, UUID storeId, int segmentBytes) {
    this.folder = folder;
    this.storeId = storeId;
    this.segmentBytes = segmentBytes;
    this.index = new PageIndex(new SecureRandom().nextLong());
  }

  /**
   * Opens the store in a folder; an empty folder is an empty store.
   *
   * @param storeId identity of the session, secret from the guest
   */
  public static PageStore open(Path folder, UUID storeId) throws SnapshotException {
    return open(folder, storeId, SEGMENT_BYTES);
  }

  static PageStore open(Path folder, UUID storeId, int segmentBytes) throws SnapshotException {
    if (segmentBytes < BlockFormat.FILE_HEADER_BYTES + BlockFormat.MAX_BLOCK_BYTES
        || segmentBytes > PageIndex.MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException("segmentBytes is out of range: " + segmentBytes);
    }
    PageStore store = new PageStore(folder, storeId, segmentBytes);
    SegmentScan scan = new SegmentScan(folder, storeId, store.index);
    scan.run();
    scan.segments().forEach(store::add);
    store.flushed = (long) store.segments.length << 28;
    store.storedBytes.set(scan.storedBytes());
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
      if (known != 0 && (index.isTrusted(known) || readsBack(known, codec))) {
        return known;
      }
      return append(codec);
    } finally {
      lock.unlock();
    }
  }

  private boolean readsBack(int ref, PageCodec codec) {
    if (damageOfRecord(ref, codec) != null) {
      return false;
    }
    index.trust(ref);
    return true;
  }

  private int append(PageCodec codec) throws SnapshotException {
    if (closed) {
      throw new SnapshotException(
          "Could not write the page store (" + folder + "): it is closed. Open the session again.");
    }
    if (blockPages == BlockFormat.BLOCK_PAGES) {
      flush();
    }
    Segment segment = segmentForBlock();
    int length = codec.compress();
    if (blockPages == 0) {
      blockFirstRef = index.nextRef();
    }
    ByteBuffer.wrap(
            block,
            BlockFormat.DIRECTORY_OFFSET + blockPages * BlockFormat.ENTRY_BYTES,
            BlockFormat.ENTRY_BYTES)
        .putLong(codec.hashHigh())
        .putLong(codec.hashLow())
        .putShort((short) length);
    int recordLength = BlockFormat.RECORD_HEADER_BYTES + length;
    System.arraycopy(codec.record(), 0, block, blockEnd, recordLength);
    long place = PageIndex.place(segment.number(), segment.end() + blockEnd, length);
    blockEnd += recordLength;
    blockPages++;
    storedBytes.addAndGet(length);
    return index.add(codec.hashHigh(), codec.hashLow(), place, true);
  }

  /** The segment that the open block will be written to; a new one is begun between blocks. */
  private Segment segmentForBlock() throws SnapshotException {
    Segment segment = current;
    if (segment != null && (blockPages > 0 || segment.hasRoomFor(BlockFormat.MAX_BLOCK_BYTES))) {
      return segment;
    }
    int number = segments.length;
    Path path = folder.resolve(String.format(Locale.ROOT, "%07d.pages", number));
    try {
      byte[] header = BlockFormat.fileHeader(number, storeId, index.nextRef());
      segment = Segment.create(path, number, header, segmentBytes);
      DurableFiles.syncFolder(folder);
    } catch (IOException e) {
      throw SnapshotException.ofFile("write the page store", path, e);
    }
    add(segment);
    current = segment;
    return segment;
  }

  private void add(Segment segment) {
    @Nullable Segment[] more =
        Arrays.copyOf(segments, Math.max(segments.length, segment.number() + 1));
    more[segment.number()] = segment;
    segments = more;
  }

  /** Writes the open block, all or nothing; its pages stay readable either way. */
  private void flush() throws SnapshotException {
    Segment segment = current;
    if (blockPages == 0 || segment == null) {
      return;
    }
    int blockBytes = BlockFormat.align(blockEnd);
    Arrays.fill(block, blockEnd, blockBytes, (byte) 0);
    BlockFormat.sealBlock(block, storeId, blockPages, blockFirstRef, blockBytes, syncedThrough);
    write(segment, blockBytes);
    unsynced.add(segment);
    Arrays.fill(block, 0, BlockFormat.RECORDS_OFFSET, (byte) 0);
    blockPages = 0;
    blockEnd = BlockFormat.RECORDS_OFFSET;
  }

  private void write(Segment segment, int bytes) throws SnapshotException {
    try {
      segment.append(block, bytes);
    } catch (IOException e) {
      throw SnapshotException.ofFile("write the page store", segment.path(), e);
    }
    flushed = (long) segment.number() << 28 | segment.end();
  }

  /**
   * Reads a page back.
   *
   * @param into gets 4,096 bytes at its position, which does not move
   */
  public void read(int ref, ByteBuffer into) throws PageDamagedException {
    PageCodec codec = codecs.get();
    read(ref, codec);
    codec.unload(into);
  }

  /** The same into native memory of this process, which must be present and writable. */
  public void read(int ref, long nativeAddress) throws PageDamagedException {
    PageCodec codec = codecs.get();
    read(ref, codec);
    codec.unload(nativeAddress);
  }

  private void read(int ref, PageCodec codec) throws PageDamagedException {
    if (ref == PageMap.ZERO_PAGE) {
      codec.clear();
      return;
    }
    String damage = damageOfRecord(ref, codec);
    if (damage == null && !codec.decompress(PageIndex.lengthOf(index.placeOf(ref)))) {
      damage = "it cannot be decompressed";
    }
    if (damage != null) {
      throw new PageDamagedException(ref, damage);
    }
  }

  /** Brings the record into the codec; says what is wrong with it. */
  private @Nullable String damageOfRecord(int ref, PageCodec codec) {
    long place = index.placeOf(ref);
    if (place == PageIndex.LOST) {
      return "the file or block that held it is gone";
    }
    int length = PageIndex.lengthOf(place);
    if (!readRecord(place, codec.record(), BlockFormat.RECORD_HEADER_BYTES + length)) {
      return "the disk could not read it";
    }
    return codec.isSound(length) ? null : "its checksum is wrong";
  }

  private boolean readRecord(long place, byte[] into, int length) {
    if (place >>> 13 >= flushed) {
      lock.lock();
      try {
        Segment segment = current;
        if (place >>> 13 >= flushed && segment != null) {
          System.arraycopy(block, PageIndex.offsetOf(place) - segment.end(), into, 0, length);
          return true;
        }
      } finally {
        lock.unlock();
      }
    }
    @Nullable Segment[] known = segments;
    int number = PageIndex.segmentOf(place);
    Segment segment = number < known.length ? known[number] : null;
    return segment != null && segment.read(PageIndex.offsetOf(place), into, length);
  }

  /**
   * Returns when every page put before is on disk for good.
   *
   * @throws SnapshotException if the disk refused; pages put so far can be read but are not safe
   */
  public void force() throws SnapshotException {
    forceLock.lock();
    try {
      List<Segment> toSync;
      long position;
      lock.lock();
      try {
        flush();
        toSync = List.copyOf(unsynced);
        position = flushed;
      } finally {
        lock.unlock();
      }
      if (toSync.isEmpty()) {
        return;
      }
      for (Segment segment : toSync) {
        sync(segment);
      }
      lock.lock();
      try {
        synced(toSync, position);
      } finally {
        lock.unlock();
      }
    } finally {
      forceLock.unlock();
    }
  }

  private void sync(Segment segment) throws SnapshotException {
    try {
      segment.sync();
    } catch (IOException e) {
      throw SnapshotException.ofFile("sync the page store", segment.path(), e);
    }
  }

  private void synced(List<Segment> segmentsSynced, long position) throws SnapshotException {
    boolean nothingNew = flushed == position && blockPages == 0;
    Segment segment = current;
    for (Segment done : segmentsSynced) {
      if (done != segment) {
        finish(done);
        unsynced.remove(done);
      } else if (flushed == position) {
        unsynced.remove(done);
      }
    }
    syncedThrough = ((position >>> 28) << 32) | (position & PageIndex.OFFSET_MASK);
    if (nothingNew && segment != null && segment.hasRoomFor(BlockFormat.ALIGNMENT)) {
      BlockFormat.sealBlock(
          block, storeId, 0, index.nextRef(), BlockFormat.ALIGNMENT, syncedThrough);
      try {
        write(segment, BlockFormat.ALIGNMENT);
      } catch (SnapshotException e) {
        // The mark only spares the next opening some work; the pages are safe without it.
        return;
      } finally {
        Arrays.fill(block, 0, BlockFormat.RECORDS_OFFSET, (byte) 0);
      }
    }
  }

  private void finish(Segment segment) throws SnapshotException {
    try {
      segment.finish();
    } catch (IOException e) {
      throw SnapshotException.ofFile("finish a file of the page store", segment.path(), e);
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
    if (ref == PageMap.ZERO_PAGE) {
      return null;
    }
    PageCodec codec = codecs.get();
    String damage = damageOfRecord(ref, codec);
    if (damage != null) {
      return damage;
    }
    if (!codec.decompress(PageIndex.lengthOf(index.placeOf(ref)))) {
      return "it cannot be decompressed";
    }
    codec.hash();
    lock.lock();
    try {
      boolean same =
          index.hashHigh(ref) == codec.hashHigh() && index.hashLow(ref) == codec.hashLow();
      return same ? null : "its content is not what was stored";
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of page data on disk or on the way there, without headers. */
  public long storedBytes() {
    return storedBytes.get();
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
        Segment segment = current;
        if (segment != null) {
          finish(segment);
          current = null;
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
