package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import dev.marey.snapshot.CaptureFigures;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Tags;
import dev.marey.snapshot.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LogTreeTest {

  @Test
  void oneBranchIsOneColumn() {
    assertThat(LogTree.rows(Timeline.of(List.of(node(1, 0, 0), node(2, 1, 0)))))
        .containsExactly("*", "*");
  }

  @Test
  void aBranchStartsBesideTheOneItRanOnFrom() {
    Timeline timeline =
        Timeline.of(
            List.of(
                node(1, 0, 0),
                node(2, 1, 0),
                node(3, 1, 1),
                node(4, 3, 1),
                node(5, 2, 0),
                node(6, 1, 2)));
    assertThat(LogTree.rows(timeline)).containsExactly("*", "*", "+-*", "| *", "*", "+---*");
  }

  private static Node node(int id, int parent, int lane) {
    return new Node(
        new NodeId(id),
        parent == 0 ? Optional.empty() : Optional.of(new NodeId(parent)),
        "",
        "",
        false,
        Tags.NONE,
        Node.Origin.PERSON,
        NodeState.COMPLETE,
        "",
        Instant.EPOCH,
        Duration.ZERO,
        RunState.RUNNING,
        lane,
        new Node.ConsoleOffset(1, 0),
        CaptureFigures.NONE);
  }
}
