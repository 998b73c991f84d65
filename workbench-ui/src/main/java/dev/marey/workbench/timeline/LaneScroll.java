package dev.marey.workbench.timeline;

import java.util.Optional;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;

/**
 * Where lanes lie from top to bottom, and how far those that do not fit are scrolled.
 *
 * <p>Threading: fx.
 */
final class LaneScroll {

  /** Height of the time axis above the lanes. */
  static final double AXIS = 18;

  /** Height of a lane that has room: mark, label, and a little air. */
  static final double ROOMY_LANE = 34;

  /** Height of one of many: mark and label touch those of the next lane. */
  static final double DENSE_LANE = 28;

  /** A mark's middle is this much above its lane's, to leave room for the label. */
  private static final double LABEL = 6;

  private final ReadOnlyDoubleWrapper scrolled = new ReadOnlyDoubleWrapper();
  private final ReadOnlyDoubleWrapper furthest = new ReadOnlyDoubleWrapper();
  private double room = ROOMY_LANE;
  private double lane = ROOMY_LANE;
  private int followed;
  private boolean moved;

  /** How far lanes are scrolled down, in pixels. */
  ReadOnlyDoubleProperty scrolledProperty() {
    return scrolled.getReadOnlyProperty();
  }

  /** How far lanes can be scrolled; 0 when all of them are in sight. */
  ReadOnlyDoubleProperty furthestProperty() {
    return furthest.getReadOnlyProperty();
  }

  /** Height left for lanes. */
  double room() {
    return room;
  }

  void resize(double height, int lanes) {
    double before = room;
    room = Math.max(DENSE_LANE, height);
    moved |= room != before;
    lane = Math.max(DENSE_LANE, Math.min(ROOMY_LANE, room / lanes));
    furthest.set(Math.max(0, lanes * lane - room));
    scrolled.set(clamp(scrolled.get()));
  }

  /** Brings the selected or the live lane into sight when it or the room becomes another one. */
  void follow(Optional<Integer> newer) {
    int wanted = newer.orElse(followed);
    if (wanted != followed || moved) {
      followed = wanted;
      moved = false;
      double top = wanted * lane;
      scrolled.set(clamp(Math.max(top + lane - room, Math.min(scrolled.get(), top))));
    }
  }

  /** Whether that moved anything. */
  boolean scrollTo(double pixels) {
    double before = scrolled.get();
    scrolled.set(clamp(pixels));
    return scrolled.get() != before;
  }

  private double clamp(double pixels) {
    return Math.max(0, Math.min(pixels, furthest.get()));
  }

  /** Middle of the marks of a lane. */
  double y(int index) {
    return AXIS + index * lane + lane / 2 - LABEL - scrolled.get();
  }

  /** Whether a lane is not behind axis or strip. */
  boolean inSight(int index) {
    double place = y(index);
    return place > AXIS && place < AXIS + room;
  }
}
