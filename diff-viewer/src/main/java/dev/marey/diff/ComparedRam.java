package dev.marey.diff;

import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.SnapshotException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A pair that finds its differences by looking at the bytes, for instants that have no page map:
 * the paused machine. The pages that may differ are given; all others are taken to be equal.
 *
 * @param pageCount pages in the RAM block
 * @param candidates indices of pages that may differ, ascending
 */
public record ComparedRam(
    int pageCount, RamLayout layout, PageSource a, PageSource b, CandidatePages candidates)
    implements RamPair {

  /** The pages worth looking at. */
  @FunctionalInterface
  public interface CandidatePages {
    IntStream ascending();
  }

  /** Compares every page. */
  public static ComparedRam everyPage(int pageCount, RamLayout layout, PageSource a, PageSource b) {
    return new ComparedRam(pageCount, layout, a, b, () -> IntStream.range(0, pageCount));
  }

  @Override
  public void forEachDifference(DifferenceVisitor visitor) throws SnapshotException {
    byte[] zero = new byte[PageNumber.PAGE_BYTES];
    byte[] inA = new byte[PageNumber.PAGE_BYTES];
    byte[] inB = new byte[PageNumber.PAGE_BYTES];
    for (int page : (Iterable<Integer>) candidates.ascending()::iterator) {
      a.readPage(new PageNumber(page), inA);
      b.readPage(new PageNumber(page), inB);
      if (!Arrays.equals(inA, inB)) {
        visitor.differs(page, Arrays.equals(inA, zero), Arrays.equals(inB, zero));
      }
    }
  }

  @Override
  public void readPage(Side side, PageNumber page, byte[] into) throws SnapshotException {
    (side == Side.A ? a : b).readPage(page, into);
  }
}
