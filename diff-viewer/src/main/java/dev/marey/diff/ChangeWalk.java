package dev.marey.diff;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Goes from one changed byte to the next across pages and holes, for as long as somebody waits.
 * Reads each page once, however many of its bytes changed: not for the FX thread.
 *
 * <p>Threading: one thread.
 */
public final class ChangeWalk {

  private static final int PAGE = PageNumber.PAGE_BYTES;

  private final RamDiff diff;
  private final Progress progress;
  private int index = -1;
  private Optional<PagePair> pair = Optional.empty();

  public ChangeWalk(RamDiff diff) {
    this(diff, Progress.NONE);
  }

  /**
   * A walk that ends where it is, finding nothing, when it is cancelled.
   *
   * @param progress asked before each page; told nothing, as nobody knows how far the next change
   *     is
   */
  public ChangeWalk(RamDiff diff, Progress progress) {
    this.diff = diff;
    this.progress = progress;
  }

  /** The first changed byte at or above {@code from}. */
  public Optional<GuestAddress> byteAtOrAfter(GuestAddress from) throws SnapshotException {
    for (int i = firstChangeEndingAfter(from); i < diff.pagesChanged(); i++) {
      GuestAddress start = diff.change(i).address();
      long skip = Math.max(0, from.value() - start.value());
      Optional<PagePair> read = read(i);
      if (read.isEmpty()) {
        return Optional.empty();
      }
      OptionalInt found = read.get().firstChange((int) skip);
      if (found.isPresent()) {
        return Optional.of(start.plus(found.getAsInt()));
      }
    }
    return Optional.empty();
  }

  /** The first changed byte above {@code from}. */
  public Optional<GuestAddress> nextByte(GuestAddress from) throws SnapshotException {
    return byteAtOrAfter(from.plus(1));
  }

  /** The last changed byte below {@code from}. */
  public Optional<GuestAddress> previousByte(GuestAddress from) throws SnapshotException {
    return from.value() == 0 ? Optional.empty() : atOrBefore(from.plus(-1));
  }

  /** Start of the first stretch of changed bytes above the one that holds {@code from}. */
  public Optional<GuestAddress> nextStretch(GuestAddress from) throws SnapshotException {
    Optional<GuestAddress> gap = unchangedAtOrAfter(from);
    return gap.isEmpty() ? gap : byteAtOrAfter(gap.get());
  }

  /** Start of the last stretch of changed bytes below the one that holds {@code from}. */
  public Optional<GuestAddress> previousStretch(GuestAddress from) throws SnapshotException {
    Optional<GuestAddress> gap = unchangedAtOrBefore(from);
    Optional<GuestAddress> end = gap.isEmpty() ? gap : atOrBefore(gap.get());
    return end.isEmpty() ? end : startOf(end.get());
  }

  /** First byte of the stretch of changed bytes that ends here. */
  private Optional<GuestAddress> startOf(GuestAddress end) throws SnapshotException {
    Optional<GuestAddress> gap = unchangedAtOrBefore(end);
    return gap.map(before -> before.plus(1))
        .or(() -> progress.cancelled() ? Optional.empty() : Optional.of(new GuestAddress(0)));
  }

  private Optional<GuestAddress> atOrBefore(GuestAddress from) throws SnapshotException {
    for (int i = lastChangeStartingBefore(from); i >= 0; i--) {
      GuestAddress start = diff.change(i).address();
      long last = Math.min(PAGE - 1, from.value() - start.value());
      Optional<PagePair> read = read(i);
      if (read.isEmpty()) {
        return Optional.empty();
      }
      OptionalInt found = read.get().lastChange((int) last);
      if (found.isPresent()) {
        return Optional.of(start.plus(found.getAsInt()));
      }
    }
    return Optional.empty();
  }

  /** Empty only when cancelled: a stretch ends at the end of RAM at the latest. */
  private Optional<GuestAddress> unchangedAtOrAfter(GuestAddress from) throws SnapshotException {
    GuestAddress at = from;
    for (int i = firstChangeEndingAfter(from); i < diff.pagesChanged(); i++) {
      GuestAddress start = diff.change(i).address();
      if (start.compareTo(at) > 0) {
        return Optional.of(at);
      }
      Optional<PagePair> read = read(i);
      if (read.isEmpty()) {
        return Optional.empty();
      }
      OptionalInt found = read.get().firstSame((int) (at.value() - start.value()));
      if (found.isPresent()) {
        return Optional.of(start.plus(found.getAsInt()));
      }
      at = start.plus(PAGE);
    }
    return Optional.of(at);
  }

  /** Empty when cancelled, or when all bytes from address 0 on changed. */
  private Optional<GuestAddress> unchangedAtOrBefore(GuestAddress from) throws SnapshotException {
    GuestAddress at = from;
    for (int i = lastChangeStartingBefore(from); i >= 0; i--) {
      GuestAddress start = diff.change(i).address();
      if (at.value() - start.value() >= PAGE) {
        return Optional.of(at);
      }
      Optional<PagePair> read = read(i);
      if (read.isEmpty()) {
        return Optional.empty();
      }
      OptionalInt found = read.get().lastSame((int) (at.value() - start.value()));
      if (found.isPresent()) {
        return Optional.of(start.plus(found.getAsInt()));
      }
      if (start.value() == 0) {
        return Optional.empty();
      }
      at = start.plus(-1);
    }
    return Optional.of(at);
  }

  /** A changed page, kept until another one is wanted; empty when cancelled. */
  private Optional<PagePair> read(int change) throws SnapshotException {
    if (change != index || pair.isEmpty()) {
      if (progress.cancelled()) {
        return Optional.empty();
      }
      pair = Optional.of(PagePair.read(diff.ram(), diff.change(change).page()));
      index = change;
    }
    return pair;
  }

  /** Index of the first changed page whose last byte is at or above {@code from}. */
  private int firstChangeEndingAfter(GuestAddress from) {
    int low = 0;
    int high = diff.pagesChanged();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (diff.change(middle).address().plus(PAGE - 1).compareTo(from) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Index of the last changed page whose first byte is at or below {@code from}; -1 if none. */
  private int lastChangeStartingBefore(GuestAddress from) {
    int after = firstChangeEndingAfter(from);
    boolean holds =
        after < diff.pagesChanged() && diff.change(after).address().compareTo(from) <= 0;
    return holds ? after : after - 1;
  }
}
