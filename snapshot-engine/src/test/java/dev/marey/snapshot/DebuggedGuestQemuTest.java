package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest that a debugger lets run: what it did counts, though nobody here asked for it. */
@Timeout(120)
final class DebuggedGuestQemuTest {

  @TempDir Path folder;

  private interface Debugging {
    void with(BareMetal guest, GdbRemote gdb) throws Exception;
  }

  private void debug(Debugging debugging) throws Exception {
    int port = GdbRemote.freePort();
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES));
    line.addAll(List.of("-S", "-gdb", "tcp:127.0.0.1:" + port));
    Session session = Session.create(folder.resolve("session"), CommandLine.of(line).accept());
    try (BareMetal guest = BareMetal.of(folder, session, LiveGuest.start(session));
        GdbRemote gdb = GdbRemote.connect(port)) {
      debugging.with(guest, gdb);
    }
  }

  @Test
  void aRunThatGdbBeganIsKeptAtClosing() throws Exception {
    debug(
        (guest, gdb) -> {
          gdb.goOn();
          guest.console().await("counter 1");
          gdb.interrupt();
          guest.awaitState(RunState.PAUSED);
          var ram = guest.ramNow();

          guest.live().close();

          List<Node> nodes = guest.session().timeline().nodes();
          assertThat(nodes).extracting(Node::origin).containsExactly(Node.Origin.KEPT_PRESENT);
          guest.assertNodeIs(new BareMetal.Expected(nodes.get(0), ram));
        });
  }

  @Test
  void oneInstructionSteppedByGdbIsKeptBeforeARevertAndAgainAfterIt() throws Exception {
    debug(
        (guest, gdb) -> {
          Node first = guest.take();
          for (int i = 0; i < 2; i++) {
            gdb.step();
            String pointer = instructionPointer(guest);
            assertThat(guest.live().status().ranSinceBase()).isTrue();

            Revert revert = guest.live().revert(first.id(), RunAfter.PAUSE).get();

            NodeContent kept =
                guest.session().content(guest.awaitComplete(revert.kept().orElseThrow()).id());
            assertThat(kept.stateTree().find("cpu[0]/env.eip").orElseThrow().value().text())
                .isEqualTo(pointer);
            assertThat(instructionPointer(guest)).isNotEqualTo(pointer);
            assertThat(guest.live().status().ranSinceBase()).isFalse();
          }
        });
  }

  /** As QEMU's own monitor says. */
  private static String instructionPointer(BareMetal guest) throws Exception {
    String registers = guest.live().machine().qmp().humanMonitor("info registers");
    Matcher pointer = Pattern.compile("\\b[ER]IP=([0-9a-f]+)").matcher(registers);
    assertThat(pointer.find()).as(registers).isTrue();
    return String.format("0x%016x", Long.parseLong(pointer.group(1), 16));
  }
}
