package dev.marey.workbench.testing;

import dev.marey.machine.RunState;
import dev.marey.snapshot.CaptureFigures;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Nodes with few words. */
public final class Nodes {

  private Nodes() {}

  public static NodeId id(int number) {
    return new NodeId(number);
  }

  /** A complete node taken by hand. {@code parent} 0 is none. */
  public static Node node(int number, int parent, int lane, double guestSeconds) {
    return new Node(
        id(number),
        parent == 0 ? Optional.empty() : Optional.of(id(parent)),
        "",
        "",
        false,
        Tags.NONE,
        Node.Origin.PERSON,
        NodeState.COMPLETE,
        "",
        Instant.parse("2026-01-03T12:00:00Z").plusMillis((long) (guestSeconds * 1000)),
        Duration.ofMillis((long) (guestSeconds * 1000)),
        RunState.RUNNING,
        lane,
        new Node.ConsoleOffset(lane, number * 100L),
        new CaptureFigures(
            Duration.ofMillis(18),
            Duration.ofMillis(9),
            Duration.ofMillis(3),
            Duration.ofMillis(420),
            700 * number % 5000 + 40,
            12,
            2_400_000));
  }

  /** The node, taken there in the console's transcript. */
  public static Node console(Node node, int branch, long bytes) {
    return new Node(
        node.id(),
        node.parent(),
        node.label(),
        node.note(),
        node.pinned(),
        node.tags(),
        node.origin(),
        node.state(),
        node.reason(),
        node.takenAt(),
        node.guestTime(),
        node.runState(),
        node.lane(),
        new Node.ConsoleOffset(branch, bytes),
        node.figures());
  }

  public static Node origin(Node node, Node.Origin origin) {
    return new Node(
        node.id(),
        node.parent(),
        node.label(),
        node.note(),
        node.pinned(),
        node.tags(),
        origin,
        node.state(),
        node.reason(),
        node.takenAt(),
        node.guestTime(),
        node.runState(),
        node.lane(),
        node.console(),
        node.figures());
  }
}
