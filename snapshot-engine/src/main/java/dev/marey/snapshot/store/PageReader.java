package dev.marey.snapshot.store;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads stored pages back and finds out what is wrong with them.
 *
 * <p>Threading: any, each with a codec of its own; takes the store's lock only for pages of the
 * open block, and to compare hashes.
 */
final class PageReader {

  private final PageIndex index;
  private final Segments segments;
  private final OpenBlock block;
  private final ReentrantLock lock;

  /** {@code lock}: the store's, which guards the other three. */
  PageReader(PageIndex index, Segments segments, OpenBlock block, ReentrantLock lock) {
    this.index = index;
    this.segments = segments;
    this.block = block;
    this.lock = lock;
  }

  /** Brings a page into the codec. */
  void read(int ref, PageCodec codec) throws PageDamagedException {
    if (ref == PageMap.ZERO_PAGE) {
      codec.clear();
      return;
    }
    String damage = damageOfData(ref, codec);
    if (damage != null) {
      throw new PageDamagedException(ref, damage);
    }
  }

  /** Reads a page and compares it with its SHA-256; says what is wrong, null if nothing. */
  @Nullable String damageOf(int ref, PageCodec codec) {
    if (ref == PageMap.ZERO_PAGE) {
      return null;
    }
    String damage = damageOfData(ref, codec);
    if (damage != null) {
      return damage;
    }
    codec.hash();
    lock.lock();
    try {
      return index.isHash(ref, codec.hashHigh(), codec.hashLow())
          ? null
          : "its content is not what was stored";
    } finally {
      lock.unlock();
    }
  }

  private @Nullable String damageOfData(int ref, PageCodec codec) {
    // Asked once: the page may be forgotten meanwhile.
    long place = index.placeOf(ref);
    String damage = damageOfRecord(place, codec);
    if (damage == null && !codec.decompress(PageIndex.lengthOf(place))) {
      damage = "it cannot be decompressed";
    }
    return damage;
  }

  /** Brings a record into the codec, still compressed; says what is wrong, null if nothing. */
  @Nullable String damageOfRecord(int ref, PageCodec codec) {
    return damageOfRecord(index.placeOf(ref), codec);
  }

  private @Nullable String damageOfRecord(long place, PageCodec codec) {
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
    if (!segments.has(place)) {
      lock.lock();
      try {
        Segment segment = segments.current();
        if (!segments.has(place) && segment != null) {
          block.read(PageIndex.offsetOf(place) - segment.end(), into, length);
          return true;
        }
      } finally {
        lock.unlock();
      }
    }
    return segments.read(place, into, length);
  }
}
