package dev.marey.workbench.timeline;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeState;
import dev.marey.workbench.timeline.TimelinePicture.Mark;
import java.util.List;
import java.util.Optional;
import javafx.css.PseudoClass;
import javafx.geometry.VPos;
import javafx.scene.AccessibleRole;
import javafx.scene.Group;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Circle;
import javafx.scene.shape.Line;
import javafx.scene.shape.Polygon;
import javafx.scene.shape.Rectangle;
import javafx.scene.shape.Shape;
import javafx.scene.text.Text;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The sign of one node or cluster. Shape says what it is, colour repeats it: round taken by hand,
 * small round automatic, diamond kept present, dashed saving, hollow failed, crossed damaged,
 * ringed live, outlined selected, letter A or B compared, pin pinned, bin about to be thinned out.
 *
 * <p>Threading: fx.
 */
final class NodeMark extends Pane {

  static final double SIZE = 26;
  private static final double MIDDLE = SIZE / 2;

  /** How far the middle of a label is below the middle of its sign. */
  private static final double BELOW_SIGN = 14;

  private static final double BELOW_RING = 17;
  private static final PseudoClass SELECTED = PseudoClass.getPseudoClass("selected");
  private static final PseudoClass LIVE = PseudoClass.getPseudoClass("live");
  private static final PseudoClass SAVING = PseudoClass.getPseudoClass("saving");
  private static final PseudoClass FAILED = PseudoClass.getPseudoClass("failed");

  private static final PseudoClass GOING = PseudoClass.getPseudoClass("going");

  private Optional<Mark> drawn = Optional.empty();
  private String letter = "";
  private boolean selected;
  private int going;

  NodeMark() {
    getStyleClass().add("timeline-node");
    setPrefSize(SIZE, SIZE);
    setMinSize(SIZE, SIZE);
    setMaxSize(SIZE, SIZE);
    setPickOnBounds(true);
    setFocusTraversable(true);
    setAccessibleRole(AccessibleRole.BUTTON);
  }

  Optional<Mark> mark() {
    return drawn;
  }

  /**
   * Shows a mark.
   *
   * @param newLetter A, B or empty
   * @param nowGoing how many of its nodes thinning would delete
   */
  void show(Mark mark, boolean nowSelected, String newLetter, int nowGoing) {
    if (drawn.isPresent()
        && drawn.get().equals(mark)
        && selected == nowSelected
        && letter.equals(newLetter)
        && going == nowGoing) {
      return;
    }
    going = nowGoing;
    drawn = Optional.of(mark);
    selected = nowSelected;
    letter = newLetter;
    Node node = mark.node();
    pseudoClassStateChanged(SELECTED, selected);
    pseudoClassStateChanged(LIVE, mark.live());
    pseudoClassStateChanged(SAVING, node.state() == NodeState.SAVING);
    pseudoClassStateChanged(FAILED, node.state() == NodeState.FAILED);
    getChildren().clear();
    if (mark.cluster()) {
      drawCluster(mark.nodes());
    } else {
      drawNode(mark);
    }
    pseudoClassStateChanged(GOING, going > 0);
    if (going > 0) {
      drawGoing(mark.cluster());
    }
  }

  private void drawGoing(boolean cluster) {
    setAccessibleText(
        getAccessibleText()
            + (cluster
                ? "; thinning would delete " + going + " of them"
                : ", thinning would delete it"));
    FontIcon bin = new FontIcon("codicon-trash");
    bin.getStyleClass().add("going-sign");
    bin.setLayoutX(-4);
    bin.setLayoutY(7);
    getChildren().add(bin);
  }

  private void drawCluster(List<Node> nodes) {
    getStyleClass().setAll("timeline-node", "cluster");
    setId("cluster-" + nodes.get(0).id());
    setAccessibleText(
        nodes.size()
            + " nodes, "
            + nodes.get(0).id()
            + " to "
            + nodes.get(nodes.size() - 1).id()
            + "; Enter zooms in");
    Rectangle pill = new Rectangle(1, 6, SIZE - 2, 14);
    pill.getStyleClass().add("sign");
    Text count = new Text(nodes.size() > 99 ? "99+" : Integer.toString(nodes.size()));
    count.getStyleClass().add("node-label");
    centre(count, MIDDLE);
    getChildren().setAll(pill, count);
  }

  private void drawNode(Mark mark) {
    Node node = mark.node();
    getStyleClass().setAll("timeline-node");
    setId("node-" + node.id());
    setAccessibleText(NodeText.spoken(node, mark.live()));
    Shape sign = sign(node);
    sign.getStyleClass().add("sign");
    getChildren().add(sign);
    if (mark.live()) {
      Circle ring = new Circle(MIDDLE, MIDDLE, 8.5);
      ring.getStyleClass().add("ring");
      getChildren().add(ring);
    }
    if (selected) {
      double inset = mark.live() ? 2 : 4.5;
      Rectangle outline = new Rectangle(inset, inset, SIZE - 2 * inset, SIZE - 2 * inset);
      outline.getStyleClass().add("outline");
      getChildren().add(outline);
    }
    if (node.state() == NodeState.DAMAGED) {
      getChildren().add(cross());
    }
    if (node.pinned()) {
      FontIcon pin = new FontIcon("codicon-pinned");
      pin.setLayoutX(SIZE - 7);
      pin.setLayoutY(7);
      getChildren().add(pin);
    }
    if (!letter.isEmpty()) {
      Text text = new Text(letter);
      text.getStyleClass().add("letter");
      text.setLayoutX(-3);
      text.setLayoutY(7);
      getChildren().add(text);
    }
    if (!mark.label().isEmpty()) {
      Text label = new Text(mark.label());
      label.getStyleClass().add("node-label");
      centre(label, MIDDLE + (mark.live() ? BELOW_RING : BELOW_SIGN));
      getChildren().addAll(ground(label), label);
    }
  }

  private static Shape sign(Node node) {
    return switch (node.origin()) {
      case PERSON -> new Circle(MIDDLE, MIDDLE, 6);
      case AUTOMATIC -> new Circle(MIDDLE, MIDDLE, 4.2);
      case KEPT_PRESENT ->
          new Polygon(
              MIDDLE,
              MIDDLE - 6.5,
              MIDDLE + 6.5,
              MIDDLE,
              MIDDLE,
              MIDDLE + 6.5,
              MIDDLE - 6.5,
              MIDDLE);
    };
  }

  private static Group cross() {
    double near = MIDDLE - 6;
    double far = MIDDLE + 6;
    Line down = new Line(near, near, far, far);
    Line up = new Line(near, far, far, near);
    down.getStyleClass().add("cross");
    up.getStyleClass().add("cross");
    return new Group(down, up);
  }

  /** Keeps branches that pass behind a label from crossing its letters. */
  private static Rectangle ground(Text label) {
    Rectangle ground = new Rectangle();
    ground.getStyleClass().add("label-ground");
    ground.xProperty().bind(label.layoutXProperty());
    ground.widthProperty().bind(label.layoutBoundsProperty().map(bounds -> bounds.getWidth()));
    ground
        .yProperty()
        .bind(label.layoutBoundsProperty().map(b -> label.getLayoutY() + b.getMinY() + 2));
    ground
        .heightProperty()
        .bind(label.layoutBoundsProperty().map(bounds -> Math.max(0, bounds.getHeight() - 4)));
    ground.setMouseTransparent(true);
    return ground;
  }

  private static void centre(Text text, double y) {
    text.setTextOrigin(VPos.CENTER);
    text.setLayoutY(y);
    text.layoutXProperty()
        .bind(text.layoutBoundsProperty().map(bounds -> MIDDLE - bounds.getWidth() / 2));
    text.setMouseTransparent(true);
  }
}
