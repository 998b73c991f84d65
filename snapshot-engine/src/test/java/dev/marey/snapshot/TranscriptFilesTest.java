package dev.marey.snapshot;

import static dev.marey.snapshot.testing.SmallSession.S2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.session.TranscriptWriter;
import dev.marey.snapshot.testing.SmallSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TranscriptFilesTest {

  @TempDir Path temporary;

  @Test
  void aTranscriptThatWasLeftIsOpenUntilANodeHasBroughtItToTheDisk() throws Exception {
    Path folder = temporary.resolve("session");
    Path log = folder.resolve("console/1.log");
    try (Session session = SmallSession.withTwoNodes(folder)) {
      TranscriptWriter left = session.beginTranscript(Optional.empty());
      left.append(new byte[] {'h', 'i'}, 0, 2);
      left.close();
      TranscriptWriter next = session.beginTranscript(Optional.of(left.offset()));
      assertThat(openFiles(folder)).contains(log);
      SmallSession.addNode(session, Optional.of(S2), "", 3000, 1);
      assertThat(openFiles(folder)).doesNotContain(log).contains(folder.resolve("console/2.log"));
      assertThat(session.transcript(next.offset())).containsExactly('h', 'i');
    }
    assertThat(openFiles(folder)).isEmpty();
  }

  @Test
  void aBranchWithoutItsLogDoesNotBegin() throws Exception {
    Path folder = temporary.resolve("session");
    Path inTheWay = folder.resolve("console/1.branch.new/in the way");
    try (Session session = SmallSession.withTwoNodes(folder)) {
      Files.createDirectories(inTheWay);
      assertThatThrownBy(() -> session.beginTranscript(Optional.empty()))
          .hasMessageStartingWith("Could not write the session (");
      assertThat(folder.resolve("console/1.log")).doesNotExist();
      Files.delete(inTheWay);
      Files.delete(inTheWay.getParent());
      assertThat(session.beginTranscript(Optional.empty()).offset().branch()).isEqualTo(1);
    }
  }

  private static List<Path> openFiles(Path below) throws IOException {
    List<Path> open = new ArrayList<>();
    try (Stream<Path> numbers = Files.list(Path.of("/proc/self/fd"))) {
      for (Path number : numbers.toList()) {
        if (Files.isSymbolicLink(number) && Files.readSymbolicLink(number).startsWith(below)) {
          open.add(Files.readSymbolicLink(number));
        }
      }
    }
    return open;
  }
}
