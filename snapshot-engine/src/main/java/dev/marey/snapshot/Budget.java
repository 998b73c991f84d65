package dev.marey.snapshot;

import dev.marey.snapshot.session.BudgetFile;

/**
 * Room on disk that a session may take before automatic nodes stop. What a person asks for is done
 * beyond it too.
 *
 * <p>Threading: any (set in the session's changes).
 */
final class Budget {

  private final SessionChanges changes;
  private final BudgetFile file;
  private volatile long bytes;

  private Budget(SessionChanges changes, BudgetFile file, long bytes) {
    this.changes = changes;
    this.file = file;
    this.bytes = bytes;
  }

  static Budget read(SessionChanges changes, BudgetFile file, SessionNews news) {
    long bytes = Session.DEFAULT_BUDGET_BYTES;
    try {
      bytes = file.load().orElse(bytes);
    } catch (SnapshotException e) {
      news.addProblem("The session's disk budget is lost, set it again: " + e.getMessage());
    }
    return new Budget(changes, file, bytes);
  }

  long bytes() {
    return bytes;
  }

  void set(long wanted) throws SnapshotException {
    if (wanted <= 0) {
      throw new IllegalArgumentException("budget is not positive: " + wanted);
    }
    boolean unused =
        changes.inTurn(
            () -> {
              file.save(wanted);
              bytes = wanted;
              return true;
            });
  }
}
