package dev.marey.diff;

import dev.marey.machine.PageNumber;
import dev.marey.machine.RamLayout;
import dev.marey.snapshot.NodeContent;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.store.PageMap;
import java.nio.ByteBuffer;

/** RAM of two nodes; their page maps say which pages differ. */
public record NodeRam(NodeContent a, NodeContent b) implements RamPair {

  @Override
  public int pageCount() {
    return a.pageMap().pageCount();
  }

  @Override
  public RamLayout layout() {
    return a.ramLayout();
  }

  @Override
  public void forEachDifference(DifferenceVisitor visitor) {
    a.pageMap()
        .forEachDifference(
            b.pageMap(),
            (page, refA, refB) ->
                visitor.differs(page, refA == PageMap.ZERO_PAGE, refB == PageMap.ZERO_PAGE));
  }

  @Override
  public void readPage(Side side, PageNumber page, byte[] into) throws SnapshotException {
    source(side == Side.A ? a : b).readPage(page, into);
  }

  /** RAM of one node, for a hex view or for a comparison with the paused machine. */
  public static PageSource source(NodeContent node) {
    return (page, into) -> node.readPage(page, ByteBuffer.wrap(into));
  }
}
