package dev.marey.workbench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.CommandLine;
import dev.marey.snapshot.Session;
import dev.marey.workbench.start.PasteCheck;
import dev.marey.workbench.start.RecentSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of the start page, without any guest. */
final class RecentSessionsTest {

  @TempDir Path home;
  private Path folder = Path.of("");
  private EngineSessions sessions = new EngineSessions(Path.of(""));

  @BeforeEach
  void home() {
    folder = home.resolve("sessions");
    sessions = new EngineSessions(folder);
  }

  private static void make(Path path) throws Exception {
    Session.create(path, CommandLine.parse("qemu-system-x86_64 -m 64 -nographic").accept()).close();
  }

  @Test
  void aSessionTellsItsGuestAndItsNodes() throws Exception {
    make(folder.resolve("guest-1"));
    RecentSession found = sessions.recent().get(0);
    assertThat(found.name()).isEqualTo("guest-1");
    assertThat(found.guest()).isEqualTo("qemu-system-x86_64 -m 64 -nographic");
    assertThat(found.nodeCount()).isZero();
    assertThat(found.lastNode()).isEmpty();
    assertThat(found.sizeBytes()).isPositive();
    assertThat(found.trouble()).isEmpty();
  }

  @Test
  void aPastedLineIsCheckedAndWhatWillBeChangedIsToldBeforeItBoots() {
    assertThat(sessions.check("qemu-system-x86_64 -m 64 -nographic -monitor stdio -pidfile p"))
        .isEqualTo(
            new PasteCheck(
                List.of(),
                List.of(
                    "-monitor stdio: left out; use Marey's monitor console.",
                    "-pidfile p: left out; there is more than one QEMU.")));
    assertThat(sessions.check("qemu-system-x86_64 -m 64 -enable-kvm -monitor stdio").notices())
        .isEmpty();
  }

  @Test
  void aDamagedSessionSaysSo() throws Exception {
    make(folder.resolve("guest-1"));
    Files.writeString(folder.resolve("guest-1/guest"), "not what it was");
    assertThat(sessions.recent().get(0).trouble()).contains("guest-1");
  }

  @Test
  void aSessionFromElsewhereIsRememberedUntilItIsDeleted() throws Exception {
    Path elsewhere = home.resolve("elsewhere/mine");
    Files.createDirectories(elsewhere.getParent());
    make(elsewhere);
    new OtherSessions(home.resolve("opened-sessions")).remember(elsewhere);
    assertThat(sessions.recent()).extracting(RecentSession::folder).containsExactly(elsewhere);
    sessions.delete(elsewhere);
    assertThat(Files.exists(elsewhere)).isFalse();
    assertThat(sessions.recent()).isEmpty();
  }

  @Test
  void aSessionThatIsGoneSaysSoAndCanBeForgotten() throws Exception {
    Path gone = home.resolve("gone");
    OtherSessions others = new OtherSessions(home.resolve("opened-sessions"));
    others.remember(gone);
    assertThat(sessions.recent())
        .extracting(RecentSession::trouble)
        .containsExactly("The folder is gone.");
    sessions.delete(gone);
    assertThat(sessions.recent()).isEmpty();
  }

  @Test
  void deletingFromTheListNeverDeletesAFolderElsewhereThatIsNoSession() throws Exception {
    Path papers = Files.createDirectories(home.resolve("papers"));
    Files.writeString(papers.resolve("letter"), "dear reader");
    new OtherSessions(home.resolve("opened-sessions")).remember(papers);
    assertThat(sessions.recent())
        .extracting(RecentSession::trouble)
        .isEqualTo(List.of("This folder is not a session: it has no file 'session'."));
    sessions.delete(papers);
    assertThat(papers.resolve("letter")).exists();
    assertThat(sessions.recent()).isEmpty();
  }
}
