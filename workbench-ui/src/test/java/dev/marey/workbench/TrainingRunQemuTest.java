package dev.marey.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeState;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.testing.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TrainingRunQemuTest {

  /** Sabotage that fails it: an unknown machine type. */
  @Test
  void itTakesNodesGoesBackAndReopens(@TempDir Path folder) throws Exception {
    Path session = folder.resolve("training");
    Process run = ChildJvm.start(ChildJvm.command(TrainingRun.class, session.toString()));
    String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(run.waitFor()).as(said).isZero();
    try (Session left = Session.open(session)) {
      assertThat(left.timeline().nodes())
          .extracting(Node::state)
          .hasSizeGreaterThan(2)
          .containsOnly(NodeState.COMPLETE);
    }
  }
}
