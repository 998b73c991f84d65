package dev.marey.diff;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Goes from one changed byte to the next across pages and holes. Reads pages: not for the FX
 * thread.
 *
 * <p>Threading: any; immutable.
 */
public final class ChangeWalk {

  private static final int PAGE = PageNumber.PAGE_BYTES;

  private final RamDiff diff;

  public ChangeWalk(RamDiff diff) {
    this.diff = diff;
  }

  /** The first changed byte above {@code from}. */
  public Optional<GuestAddress> nextByte(GuestAddress from) throws SnapshotException {
    return atOrAfter(from.plus(1));
  }

  /** The last changed byte below {@code from}. */
  public Optional<GuestAddress> previousByte(GuestAddress from) throws SnapshotException {
    return from.value() == 0 ? Optional.empty() : atOrBefore(from.plus(-1));
  }

  /** Start of the first stretch of changed bytes above the one that holds {@code from}. */
  public Optional<GuestAddress> nextStretch(GuestAddress from) throws SnapshotException {
    GuestAddress at = from;
    while (true) {
      Optional<GuestAddress> next = nextByte(at);
      if (next.isEmpty() || next.get().value() != at.value() + 1 || !changed(at)) {
        return next;
      }
      at = next.get();
    }
  }

  /** Start of the last stretch of changed bytes below the one that holds {@code from}. */
  public Optional<GuestAddress> previousStretch(GuestAddress from) throws SnapshotException {
    Optional<GuestAddress> end = previousByte(from);
    boolean inside = changed(from);
    while (inside && end.isPresent() && end.get().value() == from.value() - 1) {
      from = end.get();
      end = previousByte(from);
    }
    if (end.isEmpty()) {
      return end;
    }
    GuestAddress start = end.get();
    while (true) {
      Optional<GuestAddress> before = previousByte(start);
      if (before.isEmpty() || before.get().value() != start.value() - 1) {
        return Optional.of(start);
      }
      start = before.get();
    }
  }

  private boolean changed(GuestAddress address) throws SnapshotException {
    return atOrAfter(address).filter(address::equals).isPresent();
  }

  private Optional<GuestAddress> atOrAfter(GuestAddress from) throws SnapshotException {
    for (int i = firstChangeEndingAfter(from); i < diff.pagesChanged(); i++) {
      PageChange change = diff.change(i);
      long skip = Math.max(0, from.value() - change.address().value());
      OptionalInt found = PagePair.read(diff.ram(), change.page()).firstChange((int) skip);
      if (found.isPresent()) {
        return Optional.of(change.address().plus(found.getAsInt()));
      }
    }
    return Optional.empty();
  }

  private Optional<GuestAddress> atOrBefore(GuestAddress from) throws SnapshotException {
    for (int i = firstChangeEndingAfter(from); i >= 0; i--) {
      if (i == diff.pagesChanged() || diff.change(i).address().compareTo(from) > 0) {
        continue;
      }
      PageChange change = diff.change(i);
      long last = Math.min(PAGE - 1, from.value() - change.address().value());
      OptionalInt found = PagePair.read(diff.ram(), change.page()).lastChange((int) last);
      if (found.isPresent()) {
        return Optional.of(change.address().plus(found.getAsInt()));
      }
    }
    return Optional.empty();
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
}
