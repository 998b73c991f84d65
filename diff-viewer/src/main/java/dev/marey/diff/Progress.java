package dev.marey.diff;

/** How a long computation tells how far it is and learns that nobody waits for it any more. */
public interface Progress {

  /** Tells nobody and is never cancelled. */
  Progress NONE =
      new Progress() {
        @Override
        public void at(int done, int total) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  /** {@code done} of {@code total} pieces are finished. Called often; must return at once. */
  void at(int done, int total);

  /** Whether to stop; asked between pieces. */
  boolean cancelled();
}
