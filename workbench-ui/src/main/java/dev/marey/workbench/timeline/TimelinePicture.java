package dev.marey.workbench.timeline;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * What of the timeline is to be drawn: everything that touches the viewport and nothing else.
 * Horizontal positions are pixels from the left edge of the whole drawing.
 *
 * @param marks nodes and clusters of nodes, left to right
 * @param branches lines between them
 * @param ticks marks of the time axis
 * @param live where the present is; empty while it is exactly at a node, or when there is no guest
 * @param lanes how many lanes the whole timeline has
 * @param width of the whole drawing
 */
public record TimelinePicture(
    List<Mark> marks,
    List<Branch> branches,
    List<Tick> ticks,
    Optional<Present> live,
    int lanes,
    double width) {

  public static final TimelinePicture EMPTY =
      new TimelinePicture(List.of(), List.of(), List.of(), Optional.empty(), 1, 0);

  /**
   * A node, or several too close to tell apart.
   *
   * @param nodes one, or the members of the cluster, oldest first
   * @param epochStart where the epoch of the (first) node begins
   * @param pagesChanged pages changed in that epoch, of a cluster the largest number; of nodes that
   *     an older Marey took those that were written
   * @param label what stands under it; empty if there is no room
   * @param live whether the present is exactly this node
   */
  public record Mark(
      List<Node> nodes,
      double x,
      int lane,
      double epochStart,
      int pagesChanged,
      String label,
      boolean live) {

    public boolean cluster() {
      return nodes.size() > 1;
    }

    /** The node, or the first of the cluster. */
    public Node node() {
      return nodes.get(0);
    }

    public NodeId id() {
      return node().id();
    }
  }

  /**
   * A line: straight in a lane, curved between two.
   *
   * @param ahead whether it leads to the present and no node
   */
  public record Branch(double fromX, int fromLane, double toX, int toLane, boolean ahead) {}

  /** A mark on the time axis. */
  public record Tick(double x, String text) {}

  /**
   * The present between nodes.
   *
   * @param ended whether it ended there
   */
  public record Present(double x, int lane, boolean ended) {}
}
