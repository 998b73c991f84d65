package dev.marey.diff;

import dev.marey.machine.GuestAddress;
import dev.marey.machine.PageNumber;
import dev.marey.machine.PageSpan;
import dev.marey.snapshot.SnapshotException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which pages differ between two instants. Built from page maps alone, so it is there at once; what
 * is in the pages is read when somebody looks.
 *
 * <p>Threading: any; immutable, the stored pages it leads to as well.
 */
public final class RamDiff {

  private final RamPair ram;
  private final PageHistory history;
  private final int[] pages;
  private final ChangeKind[] kinds;
  private final List<PageRun> runs;

  private RamDiff(RamPair ram, PageHistory history, int[] pages, ChangeKind[] kinds) {
    this.ram = ram;
    this.history = history;
    this.pages = pages;
    this.kinds = kinds;
    this.runs = fold();
  }

  public static RamDiff of(RamPair ram) throws SnapshotException {
    return of(ram, PageHistory.NONE);
  }

  /**
   * The same, knowing what usually changes.
   *
   * @param history of the same guest
   */
  public static RamDiff of(RamPair ram, PageHistory history) throws SnapshotException {
    Collector found = new Collector();
    ram.forEachDifference(found);
    return new RamDiff(
        ram,
        history,
        Arrays.copyOf(found.pages, found.count),
        Arrays.copyOf(found.kinds, found.count));
  }

  /** The pages behind it. */
  public RamPair ram() {
    return ram;
  }

  /** What is known of other pairs of nodes. */
  public PageHistory history() {
    return history;
  }

  /** Whether a changed page usually changes; {@code index} as for {@link #change}. */
  public boolean usual(int index) {
    return history.usual(pages[index]);
  }

  /** How many of the changed pages usually change. */
  public int pagesUsual() {
    int count = 0;
    for (int page : pages) {
      count += history.usual(page) ? 1 : 0;
    }
    return count;
  }

  public int pagesChanged() {
    return pages.length;
  }

  public boolean isEmpty() {
    return pages.length == 0;
  }

  /**
   * One changed page.
   *
   * @param index 0 for the changed page with the lowest number
   */
  public PageChange change(int index) {
    PageNumber page = new PageNumber(pages[index]);
    return new PageChange(page, ram.layout().addressOf(page), kinds[index]);
  }

  /** How many pages changed in this way. */
  public int count(ChangeKind kind) {
    int count = 0;
    for (ChangeKind each : kinds) {
      count += each == kind ? 1 : 0;
    }
    return count;
  }

  /** Index of the change of this page; negative as {@link Arrays#binarySearch(int[], int)}. */
  int indexOf(PageNumber page) {
    return Arrays.binarySearch(pages, page.index());
  }

  public Optional<PageChange> changeOf(PageNumber page) {
    int index = indexOf(page);
    return index < 0 ? Optional.empty() : Optional.of(change(index));
  }

  /** All changes, adjacent ones of a kind and equally usual folded, in order of addresses. */
  public List<PageRun> runs() {
    return runs;
  }

  /** The run that holds this page. */
  public Optional<PageRun> runOf(PageNumber page) {
    int low = 0;
    int high = runs.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      PageSpan span = runs.get(middle).pages();
      if (page.index() < span.first().index()) {
        high = middle - 1;
      } else if (page.index() >= span.endIndex()) {
        low = middle + 1;
      } else {
        return Optional.of(runs.get(middle));
      }
    }
    return Optional.empty();
  }

  /** The same difference seen from the other side; costs no new comparison. */
  public RamDiff swapped() {
    ChangeKind[] reversed = new ChangeKind[kinds.length];
    Arrays.setAll(reversed, i -> kinds[i].reversed());
    return new RamDiff(ram.swapped(), history, pages, reversed);
  }

  private List<PageRun> fold() {
    List<PageRun> folded = new ArrayList<>();
    int start = 0;
    long startAddress = 0;
    for (int i = 0; i <= pages.length; i++) {
      long address = i < pages.length ? address(i) : 0;
      if (i > start && (i == pages.length || !continues(i, start, address - startAddress))) {
        folded.add(
            new PageRun(
                start,
                PageSpan.of(pages[start], i - start),
                new GuestAddress(startAddress),
                kinds[start],
                seldom(start, i),
                history.usual(pages[start])));
        start = i;
      }
      if (i == start) {
        startAddress = address;
      }
    }
    return List.copyOf(folded);
  }

  private boolean continues(int i, int start, long bytesFromStart) {
    return pages[i] == pages[start] + (i - start)
        && kinds[i] == kinds[start]
        && history.usual(pages[i]) == history.usual(pages[start])
        && bytesFromStart == (long) (i - start) * PageNumber.PAGE_BYTES;
  }

  private int seldom(int from, int to) {
    int fewest = history.pairs();
    for (int i = from; i < to; i++) {
      fewest = Math.min(fewest, history.changes(pages[i]));
    }
    return fewest;
  }

  /** All changes, those seen in the fewest other pairs of nodes first, then by address. */
  public List<PageRun> runsByRarity() {
    return runs.stream()
        .sorted(Comparator.comparingInt(PageRun::seldom).thenComparing(PageRun::address))
        .toList();
  }

  private long address(int index) {
    return ram.layout().addressOf(new PageNumber(pages[index])).value();
  }

  /** Grows as pages are named; checks that they come in order. */
  private static final class Collector implements RamPair.DifferenceVisitor {
    private int[] pages = new int[1024];
    private ChangeKind[] kinds = new ChangeKind[1024];
    private int count;

    @Override
    public void differs(int page, boolean zeroInA, boolean zeroInB) {
      if (count > 0 && page <= pages[count - 1]) {
        throw new IllegalStateException(
            "pages out of order: " + page + " after " + pages[count - 1]);
      }
      if (count == pages.length) {
        pages = Arrays.copyOf(pages, count * 2);
        kinds = Arrays.copyOf(kinds, count * 2);
      }
      ChangeKind kind =
          zeroInA ? ChangeKind.APPEARED : zeroInB ? ChangeKind.ZEROED : ChangeKind.CHANGED;
      pages[count] = page;
      kinds[count++] = kind;
    }
  }
}
