package dev.marey.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Timeline;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NeighbouringPairsTest {

  private static NodeId id(int number) {
    return new NodeId(number);
  }

  private static NeighbouringPairs.Pair pair(int before, int after) {
    return new NeighbouringPairs.Pair(id(before), id(after));
  }

  /** S1 - S2 - … - S30, and S31 run on from S5. */
  private static Timeline timeline() {
    List<Node> nodes = new ArrayList<>();
    for (int number = 1; number <= 30; number++) {
      nodes.add(TestNodes.node(number, number - 1, number));
    }
    nodes.add(TestNodes.node(31, 5, 6));
    return Timeline.of(nodes);
  }

  @Test
  void theyAreThoseBeforeTheLaterNodeWithoutTheComparedOnes() {
    assertThat(NeighbouringPairs.before(timeline(), id(4), id(5)))
        .containsExactly(pair(3, 4), pair(2, 3), pair(1, 2));
    assertThat(NeighbouringPairs.before(timeline(), id(5), id(4)))
        .containsExactly(pair(3, 4), pair(2, 3), pair(1, 2));
    assertThat(NeighbouringPairs.before(timeline(), id(2), id(5)))
        .containsExactly(pair(4, 5), pair(3, 4), pair(2, 3), pair(1, 2));
    assertThat(NeighbouringPairs.before(timeline(), id(1), id(2))).isEmpty();
  }

  @Test
  void theyFollowTheLaterNodesBranch() {
    assertThat(NeighbouringPairs.before(timeline(), id(3), id(31)))
        .startsWith(pair(5, 31), pair(4, 5));
  }

  @Test
  void theyAreTwentyAtTheMost() {
    assertThat(NeighbouringPairs.before(timeline(), id(29), id(30)))
        .hasSize(20)
        .startsWith(pair(28, 29))
        .endsWith(pair(9, 10));
  }

  @Test
  void nodesThatAreNotCompleteArePassedOver() {
    Timeline timeline =
        Timeline.of(
            List.of(
                TestNodes.node(1, 0, 1),
                TestNodes.node(2, 1, 2),
                TestNodes.node(3, 2, 3).withState(NodeState.DAMAGED, "spoiled"),
                TestNodes.node(4, 3, 4),
                TestNodes.node(5, 4, 5)));
    assertThat(NeighbouringPairs.before(timeline, id(4), id(5))).containsExactly(pair(1, 2));
  }
}
