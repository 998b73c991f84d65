package dev.marey.diff;

import dev.marey.machine.RunState;
import dev.marey.snapshot.CaptureFigures;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Nodes without content, for timelines. */
final class TestNodes {

  private TestNodes() {}

  /** A complete node; {@code parent} 0 is none. */
  static Node node(int id, int parent, int seconds) {
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
        Duration.ofSeconds(seconds),
        RunState.PAUSED,
        0,
        new Node.ConsoleOffset(0, 0),
        CaptureFigures.NONE);
  }
}
