package dev.marey.workbench.cli;

import dev.marey.snapshot.SnapshotException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the engine answers to a command that has nothing else to do meanwhile. */
final class EngineAnswer {

  private EngineAnswer() {}

  /**
   * Waits for it.
   *
   * @throws SnapshotException what the engine failed with
   */
  static <T> T await(CompletableFuture<T> answer) throws SnapshotException {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SnapshotException known) {
        throw known;
      }
      throw new SnapshotException("The guest's state was not handled: " + e.getCause(), e);
    }
  }
}
