package dev.marey.workbench.timeline;

import dev.marey.snapshot.NodeId;
import dev.marey.workbench.shown.Comparison;
import dev.marey.workbench.timeline.TimelinePicture.Branch;
import dev.marey.workbench.timeline.TimelinePicture.Mark;
import dev.marey.workbench.timeline.TimelinePicture.Tick;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javafx.event.EventTarget;
import javafx.geometry.VPos;
import javafx.scene.Group;
import javafx.scene.Node;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Circle;
import javafx.scene.shape.CubicCurve;
import javafx.scene.shape.Line;
import javafx.scene.shape.Rectangle;
import javafx.scene.shape.Shape;
import javafx.scene.text.Text;
import javafx.util.Duration;

/**
 * Draws a {@link TimelinePicture} as scene-graph nodes: axis on top, lanes, strip of pages changed
 * per epoch at the bottom. The mark of a node that stays in sight stays the same object.
 *
 * <p>Threading: fx.
 */
final class TimelineDrawing extends Pane {

  private static final int LANE_COLOURS = 6;

  private final TimelineViewModel model;
  private final Group behind = new Group();
  private final Group lines = new Group();
  private final Rectangle lanes = new Rectangle(0, LaneScroll.AXIS, 0, 0);
  private final Pane marks = new Pane();
  private final Group ahead = new Group();
  private final Map<String, NodeMark> byKey = new HashMap<>();
  private final LaneScroll laneScroll = new LaneScroll();
  private final EpochStrip strip;

  TimelineDrawing(TimelineViewModel model) {
    this.model = model;
    this.strip = new EpochStrip(model);
    setMinSize(0, LaneScroll.AXIS + LaneScroll.DENSE_LANE + EpochStrip.HEIGHT);
    setPrefSize(600, LaneScroll.AXIS + 4 * LaneScroll.DENSE_LANE + EpochStrip.HEIGHT);
    behind.setManaged(false);
    ahead.setManaged(false);
    lines.setManaged(false);
    lines.setMouseTransparent(true);
    lines.setClip(lanes);
    behind.setMouseTransparent(true);
    ahead.setMouseTransparent(true);
    marks.setPickOnBounds(false);
    getChildren().setAll(ruler(), behind, lines, marks, ahead);
    Rectangle clip = new Rectangle();
    clip.widthProperty().bind(widthProperty());
    clip.heightProperty().bind(heightProperty());
    setClip(clip);
    heightProperty().addListener((property, before, after) -> draw());
  }

  /** Measures the labels' letters, which a person can make larger. */
  private Group ruler() {
    Text letters = new Text("S0123456789");
    letters.getStyleClass().add("node-label");
    letters
        .layoutBoundsProperty()
        .addListener(
            (property, before, bounds) ->
                model.characterWidth(bounds.getWidth() / letters.getText().length()));
    Group ruler = new Group(letters);
    ruler.getStyleClass().add("timeline-node");
    ruler.setManaged(false);
    ruler.setVisible(false);
    return ruler;
  }

  /** The mark under an event's target, if it is one. */
  Optional<Mark> markAt(EventTarget target) {
    Node at = target instanceof Node node ? node : null;
    while (at != null) {
      if (at instanceof NodeMark mark) {
        return mark.mark();
      }
      at = at.getParent();
    }
    return Optional.empty();
  }

  Optional<Mark> focusedMark() {
    return byKey.values().stream().filter(Node::isFocused).findFirst().flatMap(NodeMark::mark);
  }

  /** Gives the node's mark the keyboard focus. */
  void focus(NodeId id) {
    Optional.ofNullable(byKey.get("node-" + id)).ifPresent(Node::requestFocus);
  }

  void draw() {
    TimelinePicture picture = model.pictureProperty().get();
    laneScroll.resize(getHeight() - LaneScroll.AXIS - EpochStrip.HEIGHT, picture.lanes());
    laneScroll.follow(
        model.shown().shownNode().map(dev.marey.snapshot.Node::lane).or(model::presentLane));
    List<Node> back = new ArrayList<>();
    drawAxis(picture, back);
    behind.getChildren().setAll(back);
    lanes.setWidth(getWidth());
    lanes.setHeight(laneScroll.room());
    lines.getChildren().setAll(picture.branches().stream().map(this::line).toList());
    drawMarks(picture);
    drawPresent(picture);
  }

  /** Lanes that do not fit. */
  LaneScroll laneScroll() {
    return laneScroll;
  }

  void scrollLanes(double pixels) {
    if (laneScroll.scrollTo(pixels)) {
      draw();
    }
  }

  private double x(double content) {
    return content - model.scrollProperty().get();
  }

  private void drawAxis(TimelinePicture picture, List<Node> back) {
    for (Tick tick : picture.ticks()) {
      double place = Math.rint(x(tick.x())) + 0.5;
      Line line = new Line(place, LaneScroll.AXIS - 3, place, getHeight());
      line.getStyleClass().add("axis-line");
      Text text = new Text(place + 3, LaneScroll.AXIS / 2, tick.text());
      text.setTextOrigin(VPos.CENTER);
      text.getStyleClass().add("axis-text");
      back.add(line);
      back.add(text);
    }
    strip.draw(picture, getWidth(), getHeight(), back);
  }

  private Shape line(Branch branch) {
    double fromX = x(branch.fromX());
    double toX = x(branch.toX());
    double fromY = laneScroll.y(branch.fromLane());
    double toY = laneScroll.y(branch.toLane());
    Shape shape;
    if (branch.fromLane() == branch.toLane()) {
      shape = new Line(Math.max(-10, fromX), fromY, Math.min(getWidth() + 10, toX), toY);
    } else {
      double bend = Math.min(60, Math.max(14, (toX - fromX) / 2));
      shape = new CubicCurve(fromX, fromY, fromX + bend, fromY, toX - bend, toY, toX, toY);
    }
    shape.getStyleClass().addAll("branch", "lane-" + branch.toLane() % LANE_COLOURS);
    if (branch.ahead()) {
      shape.getStyleClass().add("ahead");
    }
    return shape;
  }

  private void drawMarks(TimelinePicture picture) {
    Optional<NodeId> shown = model.shown().shownProperty().get();
    Optional<Comparison> pair = model.shown().comparisonProperty().get().filter(Comparison::chosen);
    Set<String> seen = new HashSet<>();
    for (Mark mark : picture.marks()) {
      String key = (mark.cluster() ? "cluster-" : "node-") + mark.id();
      seen.add(key);
      NodeMark view = byKey.computeIfAbsent(key, added -> mark(mark));
      if (view.getParent() == null) {
        marks.getChildren().add(view);
      }
      boolean selected = !mark.cluster() && shown.equals(Optional.of(mark.id()));
      view.show(mark, selected, letter(pair, mark), going(mark));
      view.setLayoutX(Math.rint(x(mark.x()) - NodeMark.SIZE / 2));
      view.setLayoutY(Math.rint(laneScroll.y(mark.lane()) - NodeMark.SIZE / 2));
      view.setVisible(laneScroll.inSight(mark.lane()));
    }
    byKey
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !seen.contains(entry.getKey());
              if (gone) {
                marks.getChildren().remove(entry.getValue());
              }
              return gone;
            });
  }

  /** How many of a mark's nodes thinning would delete. */
  private int going(Mark mark) {
    Set<NodeId> going = model.goingProperty().get();
    return going.isEmpty()
        ? 0
        : (int) mark.nodes().stream().filter(node -> going.contains(node.id())).count();
  }

  private static String letter(Optional<Comparison> pair, Mark mark) {
    if (pair.isEmpty() || mark.cluster()) {
      return "";
    }
    if (pair.get().a().equals(mark.id())) {
      return "A";
    }
    return pair.get().b().equals(mark.id()) ? "B" : "";
  }

  private static NodeMark mark(Mark first) {
    NodeMark view = new NodeMark();
    view.show(first, false, "", 0);
    Tooltip tip = new Tooltip();
    tip.setShowDelay(Duration.millis(350));
    tip.setOnShowing(
        event ->
            view.mark()
                .ifPresent(
                    mark ->
                        tip.setText(
                            mark.cluster()
                                ? view.getAccessibleText()
                                : NodeText.tooltip(mark.node(), ZoneId.systemDefault()))));
    Tooltip.install(view, tip);
    return view;
  }

  private void drawPresent(TimelinePicture picture) {
    ahead.getChildren().clear();
    if (model.shown().timelineProperty().get().nodes().isEmpty()) {
      return;
    }
    picture
        .live()
        .filter(present -> laneScroll.inSight(present.lane()))
        .ifPresent(
            present -> {
              double centreX = x(present.x());
              double centreY = laneScroll.y(present.lane());
              Circle ring = new Circle(centreX, centreY, 8);
              ring.getStyleClass().add("ring");
              Circle core = new Circle(centreX, centreY, present.ended() ? 0 : 3.5);
              core.getStyleClass().add("core");
              Text text = new Text(present.ended() ? "ended" : "live");
              text.getStyleClass().add("node-label");
              text.setTextOrigin(VPos.CENTER);
              text.setX(centreX + 13);
              text.setY(centreY);
              Group group = new Group(ring, core, text);
              group.setId("live-mark");
              group.getStyleClass().add(present.ended() ? "ended-mark" : "live-mark");
              ahead.getChildren().add(group);
            });
  }
}
