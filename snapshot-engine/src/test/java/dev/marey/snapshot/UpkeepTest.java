package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.testing.SmallSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UpkeepTest {

  @TempDir Path temporary;

  /** Sabotage that fails it: a failure that is thrown, or told each time. */
  @Test
  void whatCannotBeThinnedIsToldOnceAndStopsNothing() throws Exception {
    List<String> told = new ArrayList<>();
    List<CompletableFuture<List<NodeId>>> answers = new ArrayList<>();
    answers.add(CompletableFuture.failedFuture(new SnapshotException("S3.node is damaged.")));
    answers.add(CompletableFuture.failedFuture(new SnapshotException("S3.node is damaged.")));
    answers.add(CompletableFuture.completedFuture(List.of(S1)));
    try (Session session = SmallSession.withTwoNodes(temporary.resolve("session"))) {
      Upkeep upkeep = new Upkeep(session, rule -> answers.remove(0), told::add);
      upkeep.thin();
      upkeep.thin();
      upkeep.thin();
    }
    assertThat(answers).isEmpty();
    assertThat(told)
        .containsExactly("Older automatic nodes could not be thinned out: S3.node is damaged.");
  }
}
