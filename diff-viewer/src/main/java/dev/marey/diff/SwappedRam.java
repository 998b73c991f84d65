package dev.marey.diff;

import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.SnapshotException;

/** A pair seen from the other side. */
record SwappedRam(RamPair original) implements RamPair {

  @Override
  public int pageCount() {
    return original.pageCount();
  }

  @Override
  public RamLayout layout() {
    return original.layout();
  }

  @Override
  public void forEachDifference(DifferenceVisitor visitor) throws SnapshotException {
    original.forEachDifference((page, zeroInA, zeroInB) -> visitor.differs(page, zeroInB, zeroInA));
  }

  @Override
  public void readPage(Side side, PageNumber page, byte[] into) throws SnapshotException {
    original.readPage(side.other(), page, into);
  }

  @Override
  public RamPair swapped() {
    return original;
  }
}
