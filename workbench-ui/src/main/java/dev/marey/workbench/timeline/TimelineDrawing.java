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
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
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

  private static final double AXIS = 20;
  private static final double LANE = 38;
  private static final double STRIP = 30;
  private static final int LANE_COLOURS = 6;

  private final TimelineViewModel model;
  private final Group behind = new Group();
  private final Group lines = new Group();
  private final Rectangle lanes = new Rectangle(0, AXIS, 0, 0);
  private final Pane marks = new Pane();
  private final Group ahead = new Group();
  private final Map<String, NodeMark> byKey = new HashMap<>();
  private final ReadOnlyDoubleWrapper laneScroll = new ReadOnlyDoubleWrapper();
  private final ReadOnlyDoubleWrapper furthestLane = new ReadOnlyDoubleWrapper();
  private int followed;

  TimelineDrawing(TimelineViewModel model) {
    this.model = model;
    setMinSize(0, AXIS + LANE + STRIP);
    setPrefSize(600, AXIS + 2 * LANE + STRIP);
    behind.setManaged(false);
    ahead.setManaged(false);
    lines.setManaged(false);
    lines.setMouseTransparent(true);
    lines.setClip(lanes);
    behind.setMouseTransparent(true);
    ahead.setMouseTransparent(true);
    marks.setPickOnBounds(false);
    getChildren().setAll(behind, lines, marks, ahead);
    Rectangle clip = new Rectangle();
    clip.widthProperty().bind(widthProperty());
    clip.heightProperty().bind(heightProperty());
    setClip(clip);
    heightProperty().addListener((property, before, after) -> draw());
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
    chooseLaneScroll(picture);
    List<Node> back = new ArrayList<>();
    drawAxis(picture, back);
    behind.getChildren().setAll(back);
    lanes.setWidth(getWidth());
    lanes.setHeight(room());
    lines.getChildren().setAll(picture.branches().stream().map(this::line).toList());
    drawMarks(picture);
    drawPresent(picture);
  }

  /** How far lanes are scrolled down, in pixels. */
  ReadOnlyDoubleProperty laneScrollProperty() {
    return laneScroll.getReadOnlyProperty();
  }

  /** How far lanes can be scrolled; 0 when all of them are in sight. */
  ReadOnlyDoubleProperty furthestLaneProperty() {
    return furthestLane.getReadOnlyProperty();
  }

  void scrollLanes(double pixels) {
    double wanted = Math.max(0, Math.min(pixels, furthestLane.get()));
    if (wanted != laneScroll.get()) {
      laneScroll.set(wanted);
      draw();
    }
  }

  private double room() {
    return Math.max(LANE, getHeight() - AXIS - STRIP);
  }

  /** Brings the selected or the live lane into sight when it becomes another one. */
  private void chooseLaneScroll(TimelinePicture picture) {
    furthestLane.set(Math.max(0, picture.lanes() * LANE - room()));
    int wanted =
        model
            .shown()
            .shownNode()
            .map(dev.marey.snapshot.Node::lane)
            .or(() -> picture.live().map(TimelinePicture.Present::lane))
            .orElse(followed);
    double scroll = laneScroll.get();
    if (wanted != followed) {
      followed = wanted;
      double top = wanted * LANE;
      scroll = Math.max(top + LANE - room(), Math.min(scroll, top));
    }
    laneScroll.set(Math.max(0, Math.min(scroll, furthestLane.get())));
  }

  private double x(double content) {
    return content - model.scrollProperty().get();
  }

  private double y(int lane) {
    return AXIS + lane * LANE + LANE / 2 - 6 - laneScroll.get();
  }

  private void drawAxis(TimelinePicture picture, List<Node> back) {
    double bottom = Math.max(0, getHeight() - STRIP);
    for (Tick tick : picture.ticks()) {
      double place = Math.rint(x(tick.x())) + 0.5;
      Line line = new Line(place, AXIS - 3, place, getHeight());
      line.getStyleClass().add("axis-line");
      Text text = new Text(place + 3, AXIS / 2, tick.text());
      text.setTextOrigin(VPos.CENTER);
      text.getStyleClass().add("axis-text");
      back.add(line);
      back.add(text);
    }
    Line rule = new Line(0, bottom + 0.5, getWidth(), bottom + 0.5);
    rule.getStyleClass().add("strip-rule");
    back.add(rule);
    drawStrip(picture, back);
    Text caption = new Text(6, bottom + 9, caption(picture));
    caption.setTextOrigin(VPos.CENTER);
    caption.getStyleClass().add("axis-text");
    back.add(caption);
  }

  /** Only the line that leads to the shown instant: bars of two branches would cover each other. */
  private void drawStrip(TimelinePicture picture, List<Node> back) {
    Set<NodeId> line = model.line();
    List<Mark> told =
        picture.marks().stream()
            .filter(mark -> mark.pagesDirty() > 0)
            .filter(mark -> mark.nodes().stream().map(n -> n.id()).anyMatch(line::contains))
            .toList();
    int most = told.stream().mapToInt(Mark::pagesDirty).max().orElse(0);
    told.forEach(mark -> back.add(bar(mark, most)));
  }

  private String caption(TimelinePicture picture) {
    String line =
        model
            .shown()
            .shownProperty()
            .get()
            .map(id -> " on the way to " + id)
            .orElse(" on the way to live");
    return "pages changed" + (picture.lanes() > 1 ? line : "");
  }

  /** Height by logarithm, so that ten pages are seen beside ten thousand. */
  private Rectangle bar(Mark mark, int most) {
    double height =
        Math.max(2, (STRIP - 12) * Math.log1p(mark.pagesDirty()) / Math.log1p(Math.max(1, most)));
    double left = x(mark.epochStart()) + 1;
    Rectangle bar =
        new Rectangle(left, getHeight() - height, Math.max(2, x(mark.x()) - left - 1), height);
    bar.getStyleClass().add("pages");
    return bar;
  }

  private Shape line(Branch branch) {
    double fromX = x(branch.fromX());
    double toX = x(branch.toX());
    double fromY = y(branch.fromLane());
    double toY = y(branch.toLane());
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
      view.show(mark, selected, letter(pair, mark));
      view.setLayoutX(Math.rint(x(mark.x()) - NodeMark.SIZE / 2));
      view.setLayoutY(Math.rint(y(mark.lane()) - NodeMark.SIZE / 2));
      view.setVisible(inSight(mark.lane()));
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

  /** Whether a lane is not behind axis or strip. */
  private boolean inSight(int lane) {
    double place = y(lane);
    return place > AXIS && place < AXIS + room();
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
    view.show(first, false, "");
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
        .filter(present -> inSight(present.lane()))
        .ifPresent(
            present -> {
              double centreX = x(present.x());
              double centreY = y(present.lane());
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
