package dev.marey.snapshot.store;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What is known of every stored page without touching the disk: by reference its place and hash, by
 * hash its reference. 36 to 44 bytes a page, no objects.
 *
 * <p>A place is {@code segment << 41 | offset << 13 | data length}. Slots of the hash table are
 * chosen with a secret multiplier, so a guest cannot make its pages collide in them.
 *
 * <p>Threading: writing by one thread at a time (the store's lock); {@link #placeOf} by any.
 */
final class PageIndex {

  /** The page's place is not known: its block was damaged or is gone. */
  static final long LOST = -1;

  /** Greatest length of a segment: its end, too, must be an offset that a place can hold. */
  static final int MAX_SEGMENT_BYTES = (1 << 28) - BlockFormat.ALIGNMENT;

  /** Picks the offset out of a place that was shifted to lose its length. */
  static final int OFFSET_MASK = (1 << 28) - 1;

  private static final int CHUNK_BITS = 14;
  private static final int CHUNK = 1 << CHUNK_BITS;

  private final long secret;
  private final AtomicReferenceArray<AtomicLongArray> places =
      new AtomicReferenceArray<>(1 << (31 - CHUNK_BITS));
  private long[][] hashes = new long[16][];
  private long[] trusted = new long[16];
  private int[] table = new int[1 << 12];
  private int used;

  /** Pages of each chunk that are not forgotten. */
  private int[] living = new int[16];

  private volatile int nextRef = 1;

  PageIndex(long secret) {
    this.secret = secret | 1;
  }

  static long place(int segment, int offset, int length) {
    return (long) segment << 41 | (long) offset << 13 | length;
  }

  static int segmentOf(long place) {
    return (int) (place >>> 41);
  }

  static int offsetOf(long place) {
    return (int) (place >>> 13) & OFFSET_MASK;
  }

  static int lengthOf(long place) {
    return (int) place & 0x1fff;
  }

  /** The reference the next new page gets. */
  int nextRef() {
    return nextRef;
  }

  /** Place of a page, or {@link #LOST}. */
  long placeOf(int ref) {
    if (ref < 1 || ref >= nextRef) {
      return LOST;
    }
    AtomicLongArray chunk = places.get(ref >>> CHUNK_BITS);
    // Zero is no place: every segment begins with a header.
    long place = chunk == null ? 0 : chunk.get(ref & (CHUNK - 1));
    return place == 0 ? LOST : place;
  }

  /** Reference of the page with this hash, or 0. */
  int find(long hashHigh, long hashLow) {
    int slot = slot(hashHigh, hashLow);
    while (table[slot] != 0) {
      int ref = table[slot];
      if (hashHigh(ref) == hashHigh && hashLow(ref) == hashLow) {
        return ref;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return 0;
  }

  /**
   * Allocates whatever the next {@link #add} or {@link #addUnshared} needs, which then cannot fail.
   */
  void makeRoom() {
    int ref = nextRef;
    int chunk = ref >>> CHUNK_BITS;
    if (chunk >= hashes.length) {
      hashes = Arrays.copyOf(hashes, Math.max(hashes.length * 2, chunk + 1));
      living = Arrays.copyOf(living, hashes.length);
    }
    if (hashes[chunk] == null) {
      hashes[chunk] = new long[CHUNK * 2];
      release(Math.max(0, chunk - 1));
    }
    if (places.get(chunk) == null) {
      places.set(chunk, new AtomicLongArray(CHUNK));
    }
    makeRoomToTrust(ref);
    if ((used + 1) * 2 > table.length) {
      growTable();
    }
  }

  /**
   * Adds the next page; {@link #makeRoom} goes before. If its hash is known already, the older
   * reference moves to the new place too: a page is stored twice only when its first copy was found
   * damaged.
   */
  int add(long hashHigh, long hashLow, long place, boolean trust) {
    int ref = nextRef;
    int known = find(hashHigh, hashLow);
    set(ref, hashHigh, hashLow, place);
    if (known == 0) {
      insert(ref);
      used++;
    } else {
      placesOf(known).set(known & (CHUNK - 1), place);
    }
    if (trust) {
      trust(ref);
      if (known != 0) {
        trust(known);
      }
    }
    nextRef = ref + 1;
    return known == 0 ? ref : known;
  }

  /** Adds the next page, which its reference alone finds; {@link #makeRoom} goes before. */
  void addUnshared(long hashHigh, long hashLow, long place) {
    int ref = nextRef;
    set(ref, hashHigh, hashLow, place);
    nextRef = ref + 1;
  }

  /** A known page is there from now on. */
  void move(int ref, long place) {
    placesOf(ref).set(ref & (CHUNK - 1), place);
  }

  /** Leaves all references below {@code ref} that are not known as lost. */
  void skipTo(int ref) {
    if (ref > nextRef) {
      nextRef = ref;
    }
  }

  /** Whether the page's copy has been read or written since the store was opened. */
  boolean isTrusted(int ref) {
    return ref >>> 6 < trusted.length && (trusted[ref >>> 6] & 1L << ref) != 0;
  }

  void trust(int ref) {
    makeRoomToTrust(ref);
    trusted[ref >>> 6] |= 1L << ref;
  }

  /**
   * No {@link #find} gives this page any more; its place is lost and its reference not given again.
   * Another page with this hash, which only its reference found, stays as it is.
   */
  void forget(int ref) {
    placesOf(ref).set(ref & (CHUNK - 1), 0);
    int mask = table.length - 1;
    int slot = slot(hashHigh(ref), hashLow(ref));
    while (table[slot] != 0 && table[slot] != ref) {
      slot = (slot + 1) & mask;
    }
    if (table[slot] != 0) {
      takeOut(slot);
    }
    int chunk = ref >>> CHUNK_BITS;
    living[chunk]--;
    release(chunk);
  }

  /** A chunk in which nothing is known any more, nor will be, takes no memory. */
  private void release(int chunk) {
    if (living[chunk] == 0 && nextRef >>> CHUNK_BITS > chunk) {
      hashes[chunk] = null;
      places.set(chunk, null);
    }
  }

  private void takeOut(int slot) {
    int mask = table.length - 1;
    // What was put behind it because its slot was taken moves up, or it would not be found.
    int hole = slot;
    for (int at = (slot + 1) & mask; table[at] != 0; at = (at + 1) & mask) {
      int home = slot(hashHigh(table[at]), hashLow(table[at]));
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = table[at];
        hole = at;
      }
    }
    table[hole] = 0;
    used--;
  }

  private void makeRoomToTrust(int ref) {
    if (ref >>> 6 >= trusted.length) {
      trusted = Arrays.copyOf(trusted, Math.max(trusted.length * 2, (ref >>> 6) + 1));
    }
  }

  /** Memory it takes, about. */
  long bytes() {
    long chunks = Arrays.stream(hashes).filter(Objects::nonNull).count();
    return chunks * CHUNK * (2 + 1) * Long.BYTES
        + (long) table.length * Integer.BYTES
        + (long) trusted.length * Long.BYTES;
  }

  /** Whether a page is known to have this hash. */
  boolean isHash(int ref, long high, long low) {
    int chunk = ref >>> CHUNK_BITS;
    return chunk < hashes.length
        && hashes[chunk] != null
        && hashHigh(ref) == high
        && hashLow(ref) == low;
  }

  private long hashHigh(int ref) {
    return hashes[ref >>> CHUNK_BITS][(ref & (CHUNK - 1)) * 2];
  }

  private long hashLow(int ref) {
    return hashes[ref >>> CHUNK_BITS][(ref & (CHUNK - 1)) * 2 + 1];
  }

  private void set(int ref, long hashHigh, long hashLow, long place) {
    long[] chunk = hashes[ref >>> CHUNK_BITS];
    chunk[(ref & (CHUNK - 1)) * 2] = hashHigh;
    chunk[(ref & (CHUNK - 1)) * 2 + 1] = hashLow;
    placesOf(ref).set(ref & (CHUNK - 1), place);
    living[ref >>> CHUNK_BITS]++;
  }

  private AtomicLongArray placesOf(int ref) {
    return places.get(ref >>> CHUNK_BITS);
  }

  private int slot(long hashHigh, long hashLow) {
    return (int) (((hashHigh ^ Long.rotateLeft(hashLow, 32)) * secret) >>> 33) & (table.length - 1);
  }

  private void growTable() {
    int[] old = table;
    table = new int[old.length * 2];
    for (int ref : old) {
      if (ref != 0) {
        insert(ref);
      }
    }
  }

  private void insert(int ref) {
    int slot = slot(hashHigh(ref), hashLow(ref));
    while (table[slot] != 0) {
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = ref;
  }
}
