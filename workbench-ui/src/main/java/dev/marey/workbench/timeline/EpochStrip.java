package dev.marey.workbench.timeline;

import dev.marey.snapshot.NodeId;
import dev.marey.workbench.timeline.TimelinePicture.Mark;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.shape.Line;
import javafx.scene.shape.Rectangle;
import javafx.scene.text.Text;

/**
 * The strip at the bottom of the timeline: pages changed per epoch, as bars.
 *
 * <p>Threading: fx.
 */
final class EpochStrip {

  static final double HEIGHT = 28;
  private static final double CAPTION = 13;

  private final TimelineViewModel model;

  EpochStrip(TimelineViewModel model) {
    this.model = model;
  }

  /**
   * Draws it.
   *
   * @param bottom where the drawing ends
   * @param to gets what is to be drawn
   */
  void draw(TimelinePicture picture, double width, double bottom, List<Node> to) {
    double top = Math.max(0, bottom - HEIGHT);
    Line rule = new Line(0, top + 0.5, width, top + 0.5);
    rule.getStyleClass().add("strip-rule");
    to.add(rule);
    drawBars(picture, bottom, to);
    Text caption = new Text(6, top + CAPTION / 2 + 1, caption(picture));
    caption.setTextOrigin(VPos.CENTER);
    caption.getStyleClass().add("axis-text");
    to.add(caption);
  }

  /** Only the line that leads to the shown instant: bars of two branches would cover each other. */
  private void drawBars(TimelinePicture picture, double bottom, List<Node> to) {
    Set<NodeId> line = model.line();
    List<Mark> told =
        picture.marks().stream()
            .filter(mark -> mark.pagesChanged() > 0)
            .filter(mark -> mark.nodes().stream().map(n -> n.id()).anyMatch(line::contains))
            .toList();
    int most = told.stream().mapToInt(Mark::pagesChanged).max().orElse(0);
    told.forEach(mark -> to.add(bar(mark, most, bottom)));
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
  private Rectangle bar(Mark mark, int most, double bottom) {
    double part = Math.log1p(mark.pagesChanged()) / Math.log1p(Math.max(1, most));
    double height = Math.max(2, (HEIGHT - CAPTION) * part);
    double scrolled = model.scrollProperty().get();
    double left = mark.epochStart() - scrolled + 1;
    Rectangle bar =
        new Rectangle(left, bottom - height, Math.max(2, mark.x() - scrolled - left - 1), height);
    bar.getStyleClass().add("pages");
    bar.setId("epoch-" + mark.id());
    bar.setAccessibleText(
        String.format(
            Locale.ROOT,
            "%s%s: %,d pages changed",
            mark.id(),
            mark.cluster() ? " and others, the most" : "",
            mark.pagesChanged()));
    return bar;
  }
}
