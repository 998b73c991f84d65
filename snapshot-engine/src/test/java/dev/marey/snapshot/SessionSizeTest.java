package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S1;
import static dev.marey.snapshot.testing.SmallSession.S2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RamLayout;
import dev.marey.machine.state.StateDescription;
import dev.marey.snapshot.session.TranscriptWriter;
import dev.marey.snapshot.testing.SmallSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SessionSizeTest {

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void makeSession() throws Exception {
    folder = temporary.resolve("session");
    SmallSession.withTwoNodes(folder).close();
  }

  private long filesBytes() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private void assertSizeIsRight(Session session) throws IOException {
    assertThat(session.sizeBytes()).isEqualTo(filesBytes());
  }

  @Test
  void theSizeIsThatOfAllFilesWhateverChanges() throws Exception {
    try (Session session = Session.open(folder)) {
      assertSizeIsRight(session);
      session.rename(S1, "a name");
      session.rename(S1, "a longer name");
      session.pin(S2, true);
      assertSizeIsRight(session);
      session.saveRamLayout(RamLayout.flat(63 * 4096));
      assertSizeIsRight(session);
      TranscriptWriter transcript = session.beginTranscript(Optional.empty());
      transcript.append(new byte[1000], 0, 900);
      assertSizeIsRight(session);
      NodeDraft draft = SmallSession.begin(session, Optional.of(S2), "third");
      assertSizeIsRight(session);
      NodeId third =
          draft
              .complete(
                  session.content(S1).maps(),
                  SmallSession.deviceState(draft.id()),
                  Optional.of(StateDescription.parse("{\"devices\":[]}")),
                  CaptureFigures.NONE)
              .id();
      assertSizeIsRight(session);
      NodeId failed = SmallSession.begin(session, Optional.of(S2), "").fail("no reason").id();
      assertSizeIsRight(session);
      session.delete(failed);
      session.delete(third);
      assertSizeIsRight(session);
    }
    long afterDeletion = filesBytes();
    try (Session session = Session.open(folder)) {
      assertSizeIsRight(session);
      // Only the mark of who has it open came.
      assertThat(session.sizeBytes()).isBetween(afterDeletion, afterDeletion + 100);
    }
  }

  @Test
  void newPagesCountWithoutTheHoleBehindThem() throws Exception {
    try (Session session = Session.open(folder)) {
      long before = session.sizeBytes();
      SmallSession.addNode(session, Optional.of(S2), "", 5000, 1, 2, 3, 4, 5, 6, 7, 8);
      assertThat(session.sizeBytes() - before).isBetween(8L * 2048, 8L * 4096);
    }
  }
}
