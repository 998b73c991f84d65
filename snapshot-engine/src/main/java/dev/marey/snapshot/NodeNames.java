package dev.marey.snapshot;

import java.util.List;
import java.util.stream.Collectors;

/** How people name nodes. */
final class NodeNames {

  private NodeNames() {}

  static Node resolve(Timeline timeline, String idOrLabel) throws SnapshotException {
    String name = idOrLabel.strip();
    if (name.matches("[Ss][1-9][0-9]{0,8}")) {
      var node = timeline.find(NodeId.parse(name));
      if (node.isPresent()) {
        return node.get();
      }
    }
    List<Node> named =
        name.isEmpty()
            ? List.of()
            : timeline.nodes().stream().filter(node -> node.label().equals(name)).toList();
    if (named.size() == 1) {
      return named.get(0);
    }
    if (named.isEmpty()) {
      throw unknown(timeline, name);
    }
    throw new SnapshotException(
        named.size()
            + " nodes are called \""
            + name
            + "\": "
            + named.stream().map(node -> node.id().toString()).collect(Collectors.joining(", "))
            + ". Use the id of the one you mean.");
  }

  static SnapshotException unknown(Timeline timeline, String name) {
    List<Node> nodes = timeline.nodes();
    return new SnapshotException(
        "There is no node \""
            + name
            + "\" in this session. "
            + (nodes.isEmpty()
                ? "It has no nodes yet; take a snapshot first."
                : "It has "
                    + nodes.size()
                    + (nodes.size() == 1 ? " node, " : " nodes, ")
                    + nodes.get(0).id()
                    + (nodes.size() == 1 ? "" : " to " + nodes.get(nodes.size() - 1).id())
                    + ". 'marey log' lists them."));
  }
}
