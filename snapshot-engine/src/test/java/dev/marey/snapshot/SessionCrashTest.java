package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.snapshot.testing.FullDiskProcess;
import dev.marey.snapshot.testing.OpeningProcess;
import dev.marey.snapshot.testing.SmallSession;
import dev.marey.snapshot.testing.WritingProcess;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class SessionCrashTest {

  @TempDir Path temporary;

  @Test
  void completeNodesSurviveAKillAndTheSessionIsHeldUntilThen() throws Exception {
    Path folder = temporary.resolve("session");
    SmallSession.withTwoNodes(folder).close();
    Process child = ChildJvm.start(ChildJvm.command(WritingProcess.class, folder.toString()));
    List<String> complete = new ArrayList<>();
    try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("open");
      assertThatThrownBy(() -> Session.open(folder))
          .hasMessage(
              "Could not open the session "
                  + folder
                  + ": it is in use by process "
                  + child.pid()
                  + ". Close it there, then try again.");
      for (int i = 0; i < 12; i++) {
        complete.add(output.readLine());
      }
      child.toHandle().destroyForcibly();
      output.lines().forEach(complete::add);
    } finally {
      child.destroyForcibly().waitFor();
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.timeline().nodes().stream().map(node -> node.id().toString()).toList())
          .containsAll(complete);
      assertThat(session.timeline().nodes())
          .extracting(Node::state)
          .containsOnly(NodeState.COMPLETE);
      assertThat(session.verify()).isEmpty();
      assertThat(session.problems())
          .isNotEmpty()
          .allMatch(problem -> problem.contains("was still being saved when Marey ended"))
          .anyMatch(problem -> problem.contains("(never finished)"));
      NodeId last = session.livePosition().orElseThrow();
      assertThat(complete.get(complete.size() - 1)).isEqualTo(last.toString());
    }
    try (Session session = Session.open(folder)) {
      assertThat(session.problems()).isEmpty();
    }
  }

  @Test
  void aFullDiskFailsTheNodeAloneAndRoomMakesItWorkAgain() throws Exception {
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    Process child =
        ChildJvm.startWithMount(
            "mount -t tmpfs -o size=4m tmpfs \"$0\"",
            disk,
            ChildJvm.command(FullDiskProcess.class, disk.toString()));
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output)
        .isEqualTo(
            """
            Could not write the page store (%s/session/pages/0000001.pages): the disk is full. \
            Free some space and try again; what was stored before is not affected.
            FAILED
            damaged 0
            S1 COMPLETE
            S2 FAILED
            S3 COMPLETE
            damaged 0
            """
                .formatted(disk));
    assertThat(child.waitFor()).isZero();
  }

  @Test
  void aReadOnlySessionIsNamed() throws Exception {
    Path folder = temporary.resolve("session");
    SmallSession.withTwoNodes(folder).close();
    Process child =
        ChildJvm.startWithMount(
            "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\"",
            folder,
            ChildJvm.command(OpeningProcess.class, folder.toString()));
    assertThat(child.inputReader(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "Could not open the session ("
                + folder
                + "): the file system is read-only. Copy the session to a writable place.");
    assertThat(child.waitFor()).isZero();
    try (Session session = Session.open(folder)) {
      assertThat(session.problems()).isEmpty();
    }
  }
}
