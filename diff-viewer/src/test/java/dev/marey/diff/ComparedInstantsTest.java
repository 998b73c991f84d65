package dev.marey.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Timeline;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ComparedInstantsTest {

  /** S1 - S2 - S3, and S4 run on from S2. */
  private static final Timeline TIMELINE =
      Timeline.of(
          List.of(
              TestNodes.node(1, 0, 1),
              TestNodes.node(2, 1, 2),
              TestNodes.node(3, 2, 3).withMarks("boot", "", false),
              TestNodes.node(4, 2, 4)));

  @Test
  void theEarlierOneIsMarkedWhicheverSideItIsOn() {
    ComparedInstants instants = ComparedInstants.of(TIMELINE, new NodeId(1), new NodeId(3));

    assertThat(instants.header()).isEqualTo("A: S1 (earlier) → B: S3 “boot”");
    assertThat(instants.swapped().header()).isEqualTo("A: S3 “boot” → B: S1 (earlier)");
    assertThat(instants.ancestorLine()).isEmpty();
  }

  @Test
  void acrossBranchesTheCommonAncestorIsNamed() {
    ComparedInstants instants = ComparedInstants.of(TIMELINE, new NodeId(3), new NodeId(4));

    assertThat(instants.header()).isEqualTo("A: S3 “boot” → B: S4");
    assertThat(instants.ancestorLine()).isEqualTo("On different branches; both ran on from S2.");
  }

  @Test
  void nodesWithoutACommonAncestorSaySo() {
    Timeline cut = TIMELINE.without(new NodeId(2));

    assertThat(ComparedInstants.of(cut, new NodeId(3), new NodeId(4)).ancestorLine())
        .isEqualTo("On different branches without a common ancestor in this session.");
  }

  @Test
  void nowRunsOnFromTheLastNode() {
    assertThat(ComparedInstants.withNow(TIMELINE, new NodeId(1), new NodeId(4)).header())
        .isEqualTo("A: S1 (earlier) → B: now");
    assertThat(ComparedInstants.withNow(TIMELINE, new NodeId(4), new NodeId(4)).header())
        .isEqualTo("A: S4 (earlier) → B: now");
    ComparedInstants apart = ComparedInstants.withNow(TIMELINE, new NodeId(3), new NodeId(4));
    assertThat(apart.header()).isEqualTo("A: S3 “boot” → B: now");
    assertThat(apart.ancestorLine()).isEqualTo("On different branches; both ran on from S2.");
  }
}
