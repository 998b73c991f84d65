package dev.marey.diff;

/** Cancels after so many pieces. Threading: one thread. */
final class StopAfter implements Progress {

  private final int pieces;
  private int done;

  StopAfter(int pieces) {
    this.pieces = pieces;
  }

  int done() {
    return done;
  }

  @Override
  public void at(int doneNow, int total) {
    done = doneNow;
  }

  @Override
  public boolean cancelled() {
    return done >= pieces;
  }
}
