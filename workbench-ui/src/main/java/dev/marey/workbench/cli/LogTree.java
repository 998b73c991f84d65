package dev.marey.workbench.cli;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Timeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lanes of a timeline in characters: a column for each lane, a row for each node, oldest first. */
final class LogTree {

  private LogTree() {}

  /**
   * The picture's rows, in the order of the timeline's nodes.
   *
   * <pre>
   * *
   * *
   * +-*    the first node of lane 1, which ran on from one of lane 0
   * | *
   * *
   * </pre>
   */
  static List<String> rows(Timeline timeline) {
    List<Node> nodes = timeline.nodes();
    Map<Integer, Integer> lastRow = new HashMap<>();
    Map<Integer, Integer> column = new HashMap<>();
    for (int row = 0; row < nodes.size(); row++) {
      int lane = nodes.get(row).lane();
      column.putIfAbsent(lane, column.size());
      lastRow.put(column.get(lane), row);
      Optional<Integer> from = parentLane(timeline, nodes.get(row)).map(column::get);
      if (from.isPresent()) {
        lastRow.merge(from.get(), row, Math::max);
      }
    }
    List<String> rows = new ArrayList<>();
    Map<Integer, Boolean> begun = new HashMap<>();
    for (int row = 0; row < nodes.size(); row++) {
      Node node = nodes.get(row);
      int own = column.getOrDefault(node.lane(), 0);
      boolean first = begun.put(own, true) == null;
      Optional<Integer> from =
          first ? parentLane(timeline, node).map(column::get) : Optional.<Integer>empty();
      StringBuilder line = new StringBuilder();
      for (int at = 0; at < column.size(); at++) {
        boolean active = begun.containsKey(at) && lastRow.getOrDefault(at, -1) >= row;
        int branch = from.orElse(own);
        line.append(at == own ? '*' : at == branch ? '+' : active ? '|' : between(at, branch, own));
        line.append(between(at, branch, own) == '-' || (at == branch && at < own) ? '-' : ' ');
      }
      rows.add(line.toString().stripTrailing());
    }
    return rows;
  }

  private static char between(int at, int branch, int own) {
    return at > branch && at < own ? '-' : ' ';
  }

  private static Optional<Integer> parentLane(Timeline timeline, Node node) {
    Optional<NodeId> parent = node.parent();
    return parent.flatMap(timeline::find).map(Node::lane).filter(lane -> lane != node.lane());
  }
}
