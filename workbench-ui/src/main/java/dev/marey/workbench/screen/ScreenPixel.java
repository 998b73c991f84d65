package dev.marey.workbench.screen;

import javafx.geometry.Point2D;

/**
 * A pixel of the guest's screen.
 *
 * @param x from the left
 * @param y from the top
 */
record ScreenPixel(int x, int y) {

  /**
   * The pixel under a point of a picture that is drawn larger or smaller; beside the picture, the
   * nearest one.
   *
   * @param at from the picture's corner, as drawn
   * @param drawnWidth width of the picture as drawn
   * @param width of the guest's screen in pixels
   * @param height of the guest's screen in pixels
   */
  static ScreenPixel under(Point2D at, double drawnWidth, int width, int height) {
    double scale = width / drawnWidth;
    return new ScreenPixel(within(at.getX() * scale, width), within(at.getY() * scale, height));
  }

  private static int within(double place, int count) {
    return (int) Math.max(0, Math.min(count - 1, place));
  }
}
