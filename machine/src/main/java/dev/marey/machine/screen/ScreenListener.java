package dev.marey.machine.screen;

/**
 * Told about a guest's screen. Called on a thread of the screen: return soon, and hop if needed.
 */
public interface ScreenListener {

  /**
   * The whole screen, after something on it changed. At most about 30 times a second; the first
   * call comes soon after the start.
   *
   * @param argb one int per pixel, row after row from the top left, opaque; the array is the
   *     listener's own
   */
  void frame(int width, int height, int[] argb);

  /** QEMU closed the screen or it failed. Called once at most, and not after a close of our own. */
  void closed(String reason);
}
