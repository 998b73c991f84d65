package dev.marey.workbench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.PageNumber;
import dev.marey.machine.console.MonitorAction;
import dev.marey.machine.console.MonitorAnswer;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.options.ShellQuoting;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.Node;
import dev.marey.snapshot.NodeExport;
import dev.marey.snapshot.NodeId;
import dev.marey.snapshot.SnapshotException;
import dev.marey.snapshot.Tags;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.start.Beginning;
import dev.marey.workbench.start.RecentSession;
import dev.marey.workbench.tasks.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of the window with a real QEMU. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class EngineSessionsQemuTest {

  @TempDir Path home;
  private Path folder = Path.of("");
  private EngineSessions sessions = new EngineSessions(Path.of(""));

  private record Asked(boolean cancelled) implements Progress {
    @Override
    public void update(double fraction, String message) {}
  }

  @BeforeEach
  void home() {
    folder = home.resolve("sessions");
    sessions = new EngineSessions(folder);
  }

  private static Beginning.Boot guest(Optional<Path> session, String... more) throws Exception {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(64));
    line.addAll(List.of(more));
    return new Beginning.Boot("guest", CommandLine.of(line).accept(), session, Optional.empty());
  }

  /** Sabotage that fails it: a session that stays when QEMU does not start. */
  @Test
  void aGuestThatDoesNotBootLeavesNoSessionBehind() throws Exception {
    Beginning.Boot wrong = guest(Optional.empty(), "-cpu", "z80");
    assertThatThrownBy(() -> sessions.boot(wrong, new Asked(false)))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("unable to find CPU model 'z80'");
    assertThat(sessions.recent()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aBootThatIsCancelledLeavesNoSessionBehind() throws Exception {
    Beginning.Boot guest = guest(Optional.empty());
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> sessions.boot(guest, new Asked(true)))
        .isInstanceOfAny(CancellationException.class, SnapshotException.class);
    boolean unused = Thread.interrupted();
    assertThat(folder).isEmptyDirectory();
    assertThatThrownBy(() -> sessions.boot(guest, new Asked(true)))
        .isInstanceOf(CancellationException.class);
    assertThat(folder).isEmptyDirectory();
  }

  /** Sabotage that fails it: lines given to QEMU unread. */
  @Test
  void theMonitorAnswersForTheLiveGuestAndRefusesWhatEndsIt() throws Exception {
    try (OpenSession open = sessions.boot(guest(Optional.empty(), "-S"), new Asked(false))) {
      assertThat(open.monitor("info status"))
          .isEqualTo(new MonitorAnswer.Output("VM status: paused (prelaunch)\n"));
      assertThat(open.monitor("quit"))
          .isEqualTo(new MonitorAnswer.UseInstead(MonitorAction.QUIT, ""));
      assertThat(open.monitor("migrate exec:cat"))
          .isEqualTo(
              new MonitorAnswer.Refused(
                  "'migrate' is not run: Marey saves and loads this machine's state by migration."));
      assertThat(((MonitorAnswer.Output) open.monitor("help")).text())
          .contains("\ninfo [subcommand]");
      open.run();
      assertThat(open.monitor("info status"))
          .isEqualTo(new MonitorAnswer.Output("VM status: running\n"));
    }
  }

  /** Sabotage that fails it: a present that counts as the node's although a device has changed. */
  @Test
  void whatTheMonitorDidToAPausedGuestIsPartOfItsPresent() throws Exception {
    try (OpenSession open = sessions.boot(guest(Optional.empty()), new Asked(false))) {
      open.pause();
      Node node = open.snapshot("", new Asked(false));
      assertThat(open.monitor("info registers")).isInstanceOf(MonitorAnswer.Output.class);
      assertThat(open.live().differs()).isFalse();
      assertThat(open.monitor("sendkey a")).isEqualTo(new MonitorAnswer.Output(""));
      assertThat(open.live().differs()).isTrue();
      assertThat(open.revert(node.id(), false, new Asked(false)).kept()).isPresent();
    }
  }

  /**
   * Sabotage that fails it: a guest's failure that closes the session; verbs that do nothing and
   * say so to nobody.
   */
  @Test
  void aSessionWhoseKernelIsGoneIsOpenedToBeLookedAt() throws Exception {
    Path kernel = Files.copy(TestGuests.bareMetal(), home.resolve("kernel"));
    Path mine = home.resolve("mine");
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(64));
    line.replaceAll(
        word -> word.equals(TestGuests.bareMetal().toString()) ? kernel.toString() : word);
    Beginning.Boot guest =
        new Beginning.Boot(
            "guest", CommandLine.of(line).accept(), Optional.of(mine), Optional.empty());
    byte[] page = new byte[PageNumber.PAGE_BYTES];
    try (OpenSession open = sessions.boot(guest, new Asked(false))) {
      open.pause();
      Node node = open.snapshot("", new Asked(false));
      open.ramOf(node.id()).readPage(new PageNumber(256), page);
    }
    Files.delete(kernel);
    try (OpenSession open = sessions.resume(mine, new Asked(false))) {
      assertThat(open.withoutGuest()).hasValueSatisfying(why -> assertThat(why).contains("kernel"));
      NodeId node = open.find("S1").id();
      byte[] again = new byte[PageNumber.PAGE_BYTES];
      open.ramOf(node).readPage(new PageNumber(256), again);
      assertThat(again).isEqualTo(page).isNotEqualTo(new byte[PageNumber.PAGE_BYTES]);
      assertThat(open.stateOf(node).roots()).isNotEmpty();
      assertThatThrownBy(() -> open.revert(node, false, new Asked(false)))
          .isInstanceOf(SnapshotException.class)
          .hasMessageStartingWith("There is no guest: ");
      open.tag(node, Tags.of("kept"));
    }
    Path unused = Files.copy(TestGuests.bareMetal(), kernel);
    try (OpenSession open = sessions.resume(mine, new Asked(false))) {
      assertThat(open.withoutGuest()).isEmpty();
      assertThat(open.find("S1").tags()).isEqualTo(Tags.of("kept"));
    }
  }

  @Test
  void aSessionMadeElsewhereIsAmongTheRecentOnes() throws Exception {
    Path mine = home.resolve("mine");
    try (OpenSession open = sessions.boot(guest(Optional.of(mine)), new Asked(false))) {
      assertThat(open.folder()).isEqualTo(mine);
    }
    assertThat(Files.exists(mine.resolve("session"))).isTrue();
    assertThat(sessions.recent()).extracting(RecentSession::folder).containsExactly(mine);
  }

  /**
   * Sabotage that fails it: a cancelled bundle or session that stays, an import that does not ask.
   */
  @Test
  void whatIsCancelledOnItsWayIntoOrOutOfAFileLeavesNothing() throws Exception {
    Path bundle = home.resolve("all.marey");
    Path unwanted = home.resolve("unwanted.marey");
    Path stream = home.resolve("S1.stream");
    Beginning.Boot guest = guest(Optional.of(home.resolve("elsewhere")));
    try (OpenSession open = sessions.boot(guest, new Asked(false))) {
      NodeId node = open.snapshot("", new Asked(false)).id();
      assertThat(open.bundle(List.of(), bundle, new Asked(false))).isEqualTo(1);
      assertThatThrownBy(() -> open.bundle(List.of(), unwanted, new Asked(true)))
          .isInstanceOf(CancellationException.class);
      NodeExport.Exported unused =
          open.export(node, NodeExport.Form.STREAM, stream, new Asked(false));
    }
    assertThat(unwanted).doesNotExist();
    assertThatThrownBy(() -> sessions.resume(bundle, new Asked(true)))
        .isInstanceOf(CancellationException.class);
    String line = ShellQuoting.join(TestGuests.bareMetalCommandLine(64));
    assertThatThrownBy(() -> sessions.importStream(stream, line, new Asked(true)))
        .isInstanceOf(CancellationException.class);
    assertThat(sessions.recent())
        .extracting(RecentSession::folder)
        .containsExactly(home.resolve("elsewhere"));
    try (OpenSession imported = sessions.importStream(stream, line, new Asked(false))) {
      assertThat(imported.timeline().nodes()).hasSize(1);
    }
  }
}
