package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.CommandLine;
import dev.marey.machine.testing.TestGuests;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Host ports and the gdb server of a guest's command line are those of the QEMU that is live. */
@Timeout(120)
final class LivePortsQemuTest {

  /** Of a socket that listens, in {@code /proc/net/tcp}. */
  private static final String LISTENING = "0A";

  @TempDir Path folder;

  /** Sabotage that fails it: a new QEMU goes live without being attached. */
  @Test
  void hostPortAndDebuggerGoToTheQemuThatTakesOver() throws Exception {
    int forwarded = GdbRemote.freePort();
    int debugger = GdbRemote.freePort();
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES));
    line.addAll(
        List.of(
            "-netdev",
            "user,id=net,hostfwd=tcp:127.0.0.1:" + forwarded + "-:23",
            "-device",
            "e1000,netdev=net,romfile=",
            "-gdb",
            "tcp:127.0.0.1:" + debugger));
    Session session = Session.create(folder.resolve("session"), CommandLine.of(line).accept());
    try (BareMetal guest = BareMetal.of(folder, session, LiveGuest.start(session))) {
      guest.console().await("counter 1");
      Node node = guest.take();
      long first = guest.live().machine().pid();
      assertThat(listens(first, forwarded)).isTrue();
      assertThat(listens(first, debugger)).isTrue();

      Revert revert = guest.live().revert(node.id(), RunAfter.RUN, RevertWay.STANDBY).get();

      assertThat(revert.way()).isEqualTo(RevertWay.STANDBY);
      long second = guest.live().machine().pid();
      assertThat(second).isNotEqualTo(first);
      assertThat(listens(second, forwarded)).isTrue();
      assertThat(listens(second, debugger)).isTrue();
      try (Socket host = new Socket(InetAddress.getLoopbackAddress(), forwarded)) {
        assertThat(host.isConnected()).isTrue();
      }
      try (GdbRemote gdb = GdbRemote.connect(debugger)) {
        gdb.step();
        gdb.goOn();
        guest.runABit();
      }
      assertThat(guest.problems()).isEmpty();
    }
  }

  /** As the kernel says. */
  private static boolean listens(long pid, int port) throws Exception {
    Optional<String> inode =
        Files.readAllLines(Path.of("/proc/net/tcp")).stream()
            .map(row -> row.strip().split("\\s+"))
            .filter(row -> row[1].endsWith(":%04X".formatted(port)) && row[3].equals(LISTENING))
            .map(row -> row[9])
            .findFirst();
    if (inode.isEmpty()) {
      return false;
    }
    Path wanted = Path.of("socket:[" + inode.get() + "]");
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path file : files.toList()) {
        if (Files.isSymbolicLink(file) && Files.readSymbolicLink(file).equals(wanted)) {
          return true;
        }
      }
    }
    return false;
  }
}
