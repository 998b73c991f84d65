package dev.marey.snapshot.capture;

import java.util.Arrays;

/**
 * Says how many pages to release together with one that is about to be written: what is written in
 * sequence, up or down, is soon released in large windows, what is written at random page by page.
 * Follows a few sequences at a time.
 *
 * <p>Threading: in a turn of the fault loop. Allocates nothing after it was made.
 */
final class WriteWindow {

  /** The largest window, in pages. */
  static final int MOST = 64;

  private static final int SEQUENCES = 8;

  /** Where each sequence goes on, upwards and downwards: the pages next to the last window. */
  private final int[] above = new int[SEQUENCES];

  private final int[] below = new int[SEQUENCES];
  private final int[] size = new int[SEQUENCES];
  private int oldest;
  private int current;
  private boolean downwards;

  WriteWindow() {
    Arrays.fill(above, -1);
    Arrays.fill(below, -1);
  }

  /** Takes note of a write to {@code page}; the window's size, {@code page} included. */
  int open(int page) {
    for (int i = 0; i < SEQUENCES; i++) {
      if (above[i] == page || below[i] == page) {
        downwards = below[i] == page;
        size[i] = Math.min(2 * size[i], MOST);
        current = i;
        return size[i];
      }
    }
    current = oldest;
    oldest = (oldest + 1) % SEQUENCES;
    downwards = false;
    size[current] = 1;
    return 1;
  }

  /** Whether the window last opened reaches down from its page instead of up. */
  boolean downwards() {
    return downwards;
  }

  /**
   * Takes note of what of the window last opened was released.
   *
   * @param first the lowest page of it
   * @param count how many pages, in one run
   */
  void close(int first, int count) {
    above[current] = first + count;
    below[current] = first - 1;
  }
}
