package dev.marey.snapshot.bundle;

import java.io.IOException;

/** How far a bundle is. */
final class Meter {

  private final Turn turn;
  private final long ofBytes;
  private long doneBytes;

  Meter(Turn turn, long ofBytes) {
    this.turn = turn;
    this.ofBytes = ofBytes;
  }

  /** So many bytes more. */
  void add(long bytes) throws IOException {
    doneBytes += bytes;
    turn.at(doneBytes, ofBytes);
  }

  /** For a part that counts itself. */
  Turn part() {
    long before = doneBytes;
    return (done, of) -> turn.at(Math.min(before + done, ofBytes), ofBytes);
  }
}
