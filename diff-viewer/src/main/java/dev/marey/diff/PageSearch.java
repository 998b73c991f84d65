package dev.marey.diff;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.snapshot.SnapshotException;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for bytes within changed pages, in A and in B. A match may reach over the border of two
 * changed pages that are neighbours in the guest.
 *
 * <p>Threading: any; immutable.
 */
public final class PageSearch {

  private static final int PAGE = PageNumber.PAGE_BYTES;

  private final RamDiff diff;
  private final SearchPattern pattern;
  private final int limit;

  /**
   * Prepares a search; {@link #run} does it.
   *
   * @param limit matches after which it stops
   */
  public PageSearch(RamDiff diff, SearchPattern pattern, int limit) {
    this.diff = diff;
    this.pattern = pattern;
    this.limit = limit;
  }

  /** One place where the bytes are. */
  public record Match(Side side, GuestAddress address) {}

  /**
   * What was found.
   *
   * @param matches by address, those in A before those in B
   * @param complete false when cancelled or stopped at the limit
   */
  public record Matches(List<Match> matches, boolean complete) {}

  public Matches run(Progress progress) throws SnapshotException {
    List<Match> found = new ArrayList<>();
    int total = diff.pagesChanged();
    for (int i = 0; i < total; i++) {
      if (progress.cancelled() || found.size() >= limit) {
        return new Matches(List.copyOf(found), false);
      }
      for (Side side : Side.values()) {
        searchPage(side, i, found);
      }
      progress.at(i + 1, total);
    }
    return new Matches(List.copyOf(found), found.size() < limit);
  }

  private void searchPage(Side side, int index, List<Match> found) throws SnapshotException {
    PageChange change = diff.change(index);
    byte[] window = window(side, index, change);
    int at = pattern.indexIn(window, 0, window.length);
    while (at >= 0 && at < PAGE && found.size() < limit) {
      found.add(new Match(side, change.address().plus(at)));
      at = pattern.indexIn(window, at + 1, window.length);
    }
  }

  /** The page and as much of changed pages behind it as a match may reach into. */
  private byte[] window(Side side, int index, PageChange change) throws SnapshotException {
    int wanted = pattern.lengthBytes() - 1;
    int following = 0;
    while (following * PAGE < wanted && isNeighbour(index, following + 1, change)) {
      following++;
    }
    byte[] window = new byte[PAGE + Math.min(wanted, following * PAGE)];
    byte[] page = new byte[PAGE];
    for (int i = 0; i * PAGE < window.length; i++) {
      diff.ram().readPage(side, diff.change(index + i).page(), page);
      System.arraycopy(page, 0, window, i * PAGE, Math.min(PAGE, window.length - i * PAGE));
    }
    return window;
  }

  private boolean isNeighbour(int index, int distance, PageChange first) {
    return index + distance < diff.pagesChanged()
        && diff.change(index + distance).address().value()
            == first.address().value() + (long) distance * PAGE;
  }
}
