package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.state.Register;
import dev.marey.machine.state.Registers;
import dev.marey.machine.state.StateTree;
import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ConsoleTail;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What can be asked of a live guest: its registers while it stands still, and its clock. */
@Timeout(120)
final class LiveStateQemuTest {

  @TempDir Path folder;

  @Test
  void registersOfThePausedGuestAreWhatQemuSaysAndLaterNodesKeepTheirNames() throws Exception {
    try (Session session = session();
        LiveGuest live = LiveGuest.start(session)) {
      new ConsoleTail(live.console()).await("counter 1");
      assertThat(live.deviceState().get()).isEmpty();
      live.pause();
      StateTree first = live.deviceState().get().orElseThrow();
      assertThat(rip(first)).isEqualTo(ripByMonitor(live));
      StateTree again = live.deviceState().get().orElseThrow();
      assertThat(Registers.of(again).get(0).all()).isEqualTo(Registers.of(first).get(0).all());
      Node node = live.snapshot("", Node.Origin.PERSON).get();
      assertThat(rip(session.content(node.id()).stateTree())).isEqualTo(ripByMonitor(live));
      live.revert(node.id(), RunAfter.PAUSE).get();
      assertThat(rip(live.deviceState().get().orElseThrow())).isEqualTo(ripByMonitor(live));
    }
  }

  @Test
  void theClockStandsWhileTheGuestIsPausedAndAgreesWithTheNextNode() throws Exception {
    try (Session session = session();
        LiveGuest live = LiveGuest.start(session)) {
      ConsoleTail console = new ConsoleTail(live.console());
      console.await("counter 1");
      Node first = live.snapshot("", Node.Origin.PERSON).get();
      for (int i = 0; i < 5; i++) {
        live.pause();
        live.resume();
        console.clear();
        console.await("counter \\d+");
      }
      live.pause();
      org.awaitility.Awaitility.await()
          .until(() -> live.status().guestTime().equals(live.status().guestTime()));
      Duration reckoned = live.status().guestTime();
      Node second = live.snapshot("", Node.Origin.PERSON).get();
      assertThat(reckoned).isCloseTo(second.guestTime(), Duration.ofSeconds(2));
      assertThat(live.status().guestTime()).isEqualTo(second.guestTime());
      live.revert(first.id(), RunAfter.PAUSE).get();
      assertThat(live.status().runState()).isEqualTo(RunState.PAUSED);
      assertThat(live.status().guestTime()).isEqualTo(first.guestTime());
    }
  }

  private Session session() throws Exception {
    return Session.create(
        folder.resolve("s"), CommandLine.of(TestGuests.bareMetalCommandLine(32)).accept());
  }

  private static long rip(StateTree tree) throws Exception {
    return Registers.of(tree).get(0).all().stream()
        .filter(register -> register.name().equals("RIP"))
        .map(Register::hex)
        .mapToLong(hex -> Long.parseUnsignedLong(hex.replace("0x", ""), 16))
        .findFirst()
        .orElseThrow();
  }

  private static long ripByMonitor(LiveGuest live) throws Exception {
    String text =
        live.machine()
            .qmp()
            .execute("human-monitor-command", Map.of("command-line", "info registers"))
            .asText();
    Matcher found = Pattern.compile("[ER]IP=([0-9a-f]+)").matcher(text);
    assertThat(found.find()).as(text).isTrue();
    return Long.parseUnsignedLong(found.group(1), 16);
  }
}
