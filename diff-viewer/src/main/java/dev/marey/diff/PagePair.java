package dev.marey.diff;

import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import java.util.HexFormat;
import java.util.OptionalInt;

/**
 * Contents of one page in A and in B.
 *
 * <p>Threading: any; immutable.
 */
public final class PagePair {

  private static final int PREVIEW_BYTES = 8;

  private final byte[] a;
  private final byte[] b;

  private PagePair(byte[] a, byte[] b) {
    this.a = a;
    this.b = b;
  }

  public static PagePair read(RamPair ram, PageNumber page) throws SnapshotException {
    byte[] a = new byte[PageNumber.PAGE_BYTES];
    byte[] b = new byte[PageNumber.PAGE_BYTES];
    ram.readPage(Side.A, page, a);
    ram.readPage(Side.B, page, b);
    return new PagePair(a, b);
  }

  /** How many bytes differ. */
  public int bytesChanged() {
    int count = 0;
    for (int i = 0; i < a.length; i++) {
      count += a[i] == b[i] ? 0 : 1;
    }
    return count;
  }

  /** Offset of the first differing byte at or after {@code from}. */
  public OptionalInt firstChange(int from) {
    return first(from, true);
  }

  /** Offset of the last differing byte at or before {@code from}. */
  public OptionalInt lastChange(int from) {
    return last(from, true);
  }

  /** Offset of the first byte at or after {@code from} that is the same in both. */
  OptionalInt firstSame(int from) {
    return first(from, false);
  }

  /** Offset of the last byte at or before {@code from} that is the same in both. */
  OptionalInt lastSame(int from) {
    return last(from, false);
  }

  private OptionalInt first(int from, boolean differing) {
    for (int i = Math.max(from, 0); i < a.length; i++) {
      if ((a[i] != b[i]) == differing) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private OptionalInt last(int from, boolean differing) {
    for (int i = Math.min(from, a.length - 1); i >= 0; i--) {
      if ((a[i] != b[i]) == differing) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** The first bytes that differ with where they are: {@code +0x010 00 00 → be ef}. */
  public String preview() {
    OptionalInt first = firstChange(0);
    if (first.isEmpty()) {
      return "";
    }
    int from = first.getAsInt();
    int to = from;
    while (to < a.length && to - from < PREVIEW_BYTES && a[to] != b[to]) {
      to++;
    }
    HexFormat hex = HexFormat.ofDelimiter(" ");
    return "+0x%03x  %s → %s"
        .formatted(from, hex.formatHex(a, from, to), hex.formatHex(b, from, to));
  }
}
