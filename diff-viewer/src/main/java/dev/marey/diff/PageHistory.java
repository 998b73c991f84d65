package dev.marey.diff;

import dev.marey.snapshot.NodeContent;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Timeline;
import java.util.ArrayList;
import java.util.List;

/**
 * In how many pairs of neighbouring nodes each page changed. What changes in most of them is usual:
 * clocks, counters, buffers in use; what changes in few is worth a look.
 *
 * <p>Built from page maps alone. Threading: any; immutable.
 */
public final class PageHistory {

  /** With fewer pairs nothing is called usual. */
  public static final int FEWEST_PAIRS = 3;

  /** Nothing is known. */
  public static final PageHistory NONE = new PageHistory(0, new byte[0]);

  private final int pairs;
  private final byte[] changes;

  private PageHistory(int pairs, byte[] changes) {
    this.pairs = pairs;
    this.changes = changes;
  }

  /** Gives what a node contains. */
  @FunctionalInterface
  public interface Contents {
    NodeContent of(NodeId node) throws SnapshotException;
  }

  /**
   * What the last {@link NeighbouringPairs} before two nodes tell.
   *
   * @throws SnapshotException if a page map cannot be read
   */
  public static PageHistory before(Timeline timeline, NodeId a, NodeId b, Contents contents)
      throws SnapshotException {
    List<RamPair> pairs = new ArrayList<>();
    for (NeighbouringPairs.Pair pair : NeighbouringPairs.before(timeline, a, b)) {
      pairs.add(new NodeRam(contents.of(pair.before()), contents.of(pair.after())));
    }
    return of(pairs);
  }

  /** What some pairs tell, at most 127, all of the same guest. */
  public static PageHistory of(List<? extends RamPair> pairs) throws SnapshotException {
    if (pairs.isEmpty()) {
      return NONE;
    }
    byte[] changes = new byte[pairs.get(0).pageCount()];
    for (RamPair pair : pairs) {
      pair.forEachDifference((page, zeroInA, zeroInB) -> changes[page]++);
    }
    return new PageHistory(pairs.size(), changes);
  }

  /** How many pairs were looked at. */
  public int pairs() {
    return pairs;
  }

  /** In how many of them the page changed. */
  public int changes(int page) {
    return pairs == 0 ? 0 : changes[page];
  }

  /** Whether the page changed in at least half of them, and they are enough to say so. */
  public boolean usual(int page) {
    return pairs >= FEWEST_PAIRS && changes[page] * 2 >= pairs;
  }
}
