package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S2;
import static dev.marey.snapshot.testing.SmallSession.S3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.testing.SmallSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the end of a node is: when its own file has its name. */
@Timeout(60)
final class NodeEndsTest {

  @TempDir Path temporary;

  /** A file of this name can be neither written nor deleted. */
  private static void block(Path path) throws IOException {
    Files.deleteIfExists(path);
    Files.writeString(Files.createDirectory(path).resolve("in the way"), "");
  }

  private static void unblock(Path path) throws IOException {
    Files.delete(path.resolve("in the way"));
    Files.delete(path);
  }

  @Test
  void aNodeThatIsDurableIsCompleteWhateverCannotBeNotedAfterwards() throws Exception {
    Path folder = temporary.resolve("session");
    Path saving = folder.resolve("nodes/S3.saving");
    Path present = folder.resolve("present.new");
    try (Session session = SmallSession.withTwoNodes(folder)) {
      NodeDraft draft = SmallSession.begin(session, Optional.of(S2), "");
      session.setLivePosition(S3);
      block(saving);
      block(present);
      Node node = SmallSession.completeEmpty(session, draft);
      assertThat(node.state()).isEqualTo(NodeState.COMPLETE);
      assertThat(session.timeline().find(S3)).contains(node);
      assertThat(session.problems())
          .containsExactly(
              "Node S3 is saved, but that it is could not be noted: Could not delete a node ("
                  + saving
                  + "): "
                  + saving
                  + ". Check the disk.",
              "Node S3 is saved, but that it is could not be noted: Could not write the session ("
                  + folder.resolve("present")
                  + "): "
                  + present
                  + ". Check the disk.");
      unblock(saving);
      unblock(present);
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.problems()).isEmpty();
      assertThat(session.livePosition()).contains(S3);
      assertThat(session.verify()).isEmpty();
    }
  }

  @Test
  void aNodeThatWasGivenUpDoesNotComeBackThoughItsFileHadItsName() throws Exception {
    Path folder = temporary.resolve("session");
    try (Session session = SmallSession.withTwoNodes(folder)) {
      NodeDraft draft = SmallSession.begin(session, Optional.of(S2), "");
      Files.copy(folder.resolve("nodes/S2.node"), folder.resolve("nodes/S3.node"));
      draft.fail("the folder could not be synced");
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.timeline().find(S3).orElseThrow().state()).isEqualTo(NodeState.FAILED);
    }
  }
}
