package dev.marey.workbench.timeline;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.Timeline;
import dev.marey.workbench.session.LiveSample;
import dev.marey.workbench.session.NodeVerbs;
import dev.marey.workbench.shown.Comparison;
import dev.marey.workbench.shown.ShownViewModel;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * The timeline's zoom and scroll. Nodes that arrive move neither selection nor scroll; the drawing
 * follows the present only while it stands at its right edge and no past instant is looked at.
 *
 * <p>Threading: fx.
 */
public final class TimelineViewModel {

  static final double USUAL_SCALE = 12;
  private static final double ROOM_TO_RUN_ON = 1.2;
  private static final double SMALLEST_SCALE = 0.0005;
  private static final double LARGEST_SCALE = 5000;
  private static final double AT_EDGE = 2;
  private static final double STEP = 240;

  private final ShownViewModel shown;
  private final NodeVerbs verbs;
  private final ReadOnlyObjectWrapper<TimelinePicture> picture =
      new ReadOnlyObjectWrapper<>(TimelinePicture.EMPTY);
  private final ReadOnlyObjectWrapper<Set<NodeId>> going = new ReadOnlyObjectWrapper<>(Set.of());
  private final ReadOnlyDoubleWrapper scroll = new ReadOnlyDoubleWrapper();
  private final TimelineWalk walk;
  private LiveSample live = LiveSample.NONE;
  private TimelineLayout layout =
      new TimelineLayout(Timeline.EMPTY, LiveSample.NONE, USUAL_SCALE, Set.of(), LaneLabels.USUAL);
  private double scale = USUAL_SCALE;
  private double viewport = 800;
  private LaneLabels labels = LaneLabels.USUAL;

  public TimelineViewModel(ShownViewModel shown, NodeVerbs verbs) {
    this.shown = shown;
    this.verbs = verbs;
    this.walk = new TimelineWalk(shown, () -> live.base(), id -> layout.x(id), id -> go(id));
    shown.timelineProperty().addListener((property, before, after) -> refresh());
    shown.shownProperty().addListener((property, before, after) -> lookAt(before, after));
    shown.comparisonProperty().addListener((property, before, after) -> refresh());
    refresh();
  }

  /** What is to be drawn now. */
  public ReadOnlyObjectProperty<TimelinePicture> pictureProperty() {
    return picture.getReadOnlyProperty();
  }

  /** Pixels of the drawing that are left of the viewport. */
  public ReadOnlyDoubleProperty scrollProperty() {
    return scroll.getReadOnlyProperty();
  }

  /** Marks nodes that thinning would delete. */
  public void markGoing(Set<NodeId> nodes) {
    going.set(Set.copyOf(nodes));
  }

  /** Nodes that thinning would delete. */
  ReadOnlyObjectProperty<Set<NodeId>> goingProperty() {
    return going.getReadOnlyProperty();
  }

  public ShownViewModel shown() {
    return shown;
  }

  public NodeVerbs verbs() {
    return verbs;
  }

  /** The nodes that lead to the shown instant; they follow each other without a fork. */
  public Set<NodeId> line() {
    Timeline timeline = shown.timelineProperty().get();
    return shown
        .shownProperty()
        .get()
        .or(live::base)
        .filter(id -> timeline.find(id).isPresent())
        .map(id -> Set.copyOf(timeline.ancestry(id).stream().map(Node::id).toList()))
        .orElse(Set.of());
  }

  /** Takes where the guest is now; brings it into sight the first time. */
  public void update(LiveSample now) {
    if (!now.equals(live)) {
      boolean first = live.equals(LiveSample.NONE);
      boolean follow = first || (isLiveShown() && presentInView()) || travelled(live, now);
      live = now;
      refresh();
      if (follow) {
        presentX().ifPresent(this::revealAt);
      }
    }
  }

  /** Whether the guest went to another node, rather than running on or being saved. */
  private boolean travelled(LiveSample before, LiveSample now) {
    if (before.base().isEmpty() || now.base().isEmpty()) {
      return false;
    }
    Optional<NodeId> ranOnFrom =
        shown.timelineProperty().get().find(now.base().get()).flatMap(Node::parent);
    boolean elsewhere = !now.base().equals(before.base()) && !ranOnFrom.equals(before.base());
    return elsewhere || now.guestTime().compareTo(before.guestTime()) < 0;
  }

  private boolean presentInView() {
    return presentX()
        .filter(place -> place >= scroll.get() && place <= scroll.get() + viewport)
        .isPresent();
  }

  private Optional<Double> presentX() {
    return layout.present().map(TimelinePicture.Present::x).or(() -> live.base().map(layout::x));
  }

  /** Takes how wide the drawing is; a present that was in sight stays there. */
  public void resize(double viewportWidth) {
    boolean following = following();
    boolean seen = isLiveShown() && presentInView();
    viewport = viewportWidth;
    settle(following);
    if (seen) {
      presentX().ifPresent(this::revealAt);
    }
  }

  /** Takes how wide a character of a label is, in pixels. */
  void characterWidth(double pixels) {
    labels = new LaneLabels(pixels);
    refresh();
  }

  /** The lane the present is in, at a node or between two. */
  Optional<Integer> presentLane() {
    return layout
        .present()
        .map(TimelinePicture.Present::lane)
        .or(() -> live.base().flatMap(shown.timelineProperty().get()::find).map(Node::lane));
  }

  public void scrollTo(double x) {
    scroll.set(clamp(x));
    draw();
  }

  /** Zooms around a point of the viewport. */
  public void zoom(double factor, double viewportX) {
    boolean following = following() && factor > 1;
    double seconds = (scroll.get() + viewportX - TimelineLayout.LEFT) / scale;
    scale = Math.max(SMALLEST_SCALE, Math.min(LARGEST_SCALE, scale * factor));
    layOut();
    scroll.set(clamp(seconds * scale + TimelineLayout.LEFT - viewportX));
    settle(following);
  }

  /** Makes everything visible at once, with room for the guest to run on. */
  public void fit() {
    double end =
        shown.timelineProperty().get().nodes().stream()
            .mapToDouble(node -> node.guestTime().toMillis() / 1000.0)
            .max()
            .orElse(0);
    end = Math.max(end, live.guestTime().toMillis() / 1000.0);
    double room = Math.max(50, viewport - TimelineLayout.LEFT - TimelineLayout.RIGHT);
    scale =
        Math.max(SMALLEST_SCALE, Math.min(LARGEST_SCALE, room / Math.max(end * ROOM_TO_RUN_ON, 1)));
    layOut();
    scrollTo(0);
  }

  /**
   * Furthest that can be scrolled. Grows in steps, so that nodes stand still between two of them
   * while the timeline follows the present.
   */
  public double furthest() {
    return Math.ceil(Math.max(0, layout.width() - viewport) / STEP) * STEP;
  }

  private boolean following() {
    return scroll.get() >= furthest() - AT_EDGE;
  }

  private double clamp(double x) {
    return Math.max(0, Math.min(x, furthest()));
  }

  /** What a person looks at does not move away; back at the present, that is looked at again. */
  private void lookAt(Optional<NodeId> before, Optional<NodeId> now) {
    refresh();
    if (before.isPresent() && now.isEmpty()) {
      presentX().ifPresent(this::revealAt);
    }
  }

  private boolean isLiveShown() {
    return shown.shownProperty().get().isEmpty();
  }

  private void refresh() {
    boolean following = isLiveShown() && following();
    layOut();
    settle(following);
  }

  private void layOut() {
    Set<NodeId> never = new HashSet<>();
    shown.shownProperty().get().ifPresent(never::add);
    shown
        .comparisonProperty()
        .get()
        .filter(Comparison::chosen)
        .ifPresent(
            pair -> {
              never.add(pair.a());
              never.add(pair.b());
            });
    layout = new TimelineLayout(shown.timelineProperty().get(), live, scale, never, labels);
  }

  private void settle(boolean following) {
    scroll.set(following ? furthest() : clamp(scroll.get()));
    draw();
  }

  private void draw() {
    picture.set(layout.picture(scroll.get(), scroll.get() + viewport));
  }

  /** From node to node. */
  public TimelineWalk walk() {
    return walk;
  }

  /** Selects a node and scrolls just far enough to see it. */
  public void go(NodeId id) {
    shown.select(id);
    reveal(id);
  }

  /** Scrolls just far enough to see a node. */
  public void reveal(NodeId id) {
    revealAt(layout.x(id));
  }

  private void revealAt(double place) {
    if (place < scroll.get() + 30) {
      scrollTo(place - viewport / 3);
    } else if (place > scroll.get() + viewport - 30) {
      scrollTo(place - viewport * 2 / 3);
    }
  }
}
