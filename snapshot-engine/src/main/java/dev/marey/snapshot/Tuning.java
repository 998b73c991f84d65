package dev.marey.snapshot;

import dev.marey.snapshot.capture.Pace;

/**
 * How much the engine does at once, and how fast it works beside the guest.
 *
 * @param putBackAtMost up to this many differing pages a revert writes back at once; above, it is
 *     lazy
 * @param saving of pages that nobody waits for
 * @param loading of pages that nobody has touched
 */
record Tuning(int putBackAtMost, Pace saving, Pace loading) {

  static final Tuning STANDARD = new Tuning(2048, Pace.AT_ONCE, Pace.AT_ONCE);

  /** Every revert is lazy, however little it changes. */
  static final Tuning LAZY = new Tuning(0, Pace.AT_ONCE, Pace.AT_ONCE);
}
