package dev.marey.workbench.shell;

import javafx.geometry.Rectangle2D;

/** Where a window may be. */
final class WindowBounds {

  private WindowBounds() {}

  /** The window made no larger than the screen and moved onto it; itself if it fits. */
  static Rectangle2D within(Rectangle2D screen, Rectangle2D window) {
    double width = Math.min(window.getWidth(), screen.getWidth());
    double height = Math.min(window.getHeight(), screen.getHeight());
    return new Rectangle2D(
        clamp(window.getMinX(), screen.getMinX(), screen.getMaxX() - width),
        clamp(window.getMinY(), screen.getMinY(), screen.getMaxY() - height),
        width,
        height);
  }

  private static double clamp(double value, double least, double most) {
    return Math.max(least, Math.min(value, most));
  }
}
