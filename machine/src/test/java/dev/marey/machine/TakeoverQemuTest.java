package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.MachineRequest.Role;
import dev.marey.machine.console.MonitorAction;
import dev.marey.machine.console.MonitorAnswer;
import dev.marey.machine.console.MonitorConsole;
import dev.marey.machine.testing.RunningGuest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TakeoverQemuTest {

  @TempDir Path folder;

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private RunningGuest start(GuestRam ram, String... more) throws MachineException {
    List<String> line = new ArrayList<>(List.of("qemu-system-x86_64", "-m", "32"));
    line.addAll(List.of(more));
    return RunningGuest.start(line, ram, folder, Role.LIVE);
  }

  private static boolean connects(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void portsAndGdbGoFromOneMachineToTheNext() throws Exception {
    int forwarded = freePort();
    int gdb = freePort();
    String[] options = {
      "-nic", "user,hostfwd=tcp:127.0.0.1:" + forwarded + "-:22", "-gdb", "tcp::" + gdb
    };
    try (GuestRam ram = GuestRam.create(32 << 20);
        GuestRam otherRam = GuestRam.create(32 << 20);
        RunningGuest first = start(ram, options);
        RunningGuest second = start(otherRam, options)) {
      assertThat(connects(forwarded)).isFalse();
      assertThat(connects(gdb)).isFalse();
      assertThat(first.machine().attach()).isEmpty();
      assertThat(connects(forwarded)).isTrue();
      assertThat(gdbAnswers(gdb)).isTrue();
      assertThat(second.machine().attach())
          .containsExactly(
              "The port of hostfwd=tcp:127.0.0.1:"
                  + forwarded
                  + "-:22 could not be opened: Could not set up host forwarding rule 'tcp:127.0.0.1:"
                  + forwarded
                  + "-:22'. Is another program using it?",
              "The gdb server at tcp:127.0.0.1:"
                  + gdb
                  + " could not be opened: Failed to find an available port: Address already in use."
                  + " Could not open gdbserver on device 'tcp:127.0.0.1:"
                  + gdb
                  + "'. Is another program using the port?");
      first.machine().kill();
      assertThat(connects(forwarded)).isFalse();
      assertThat(second.machine().attach()).isEmpty();
      assertThat(second.machine().attach()).isEmpty();
      assertThat(gdbAnswers(gdb)).isTrue();
    }
  }

  @Test
  void theOldWayOfNetworkingHasItsPortsToo() throws Exception {
    int forwarded = freePort();
    try (GuestRam ram = GuestRam.create(32 << 20);
        RunningGuest guest =
            start(ram, "-net", "nic", "-net", "user,hostfwd=tcp:127.0.0.1:" + forwarded + "-:22")) {
      assertThat(guest.machine().attach()).isEmpty();
      assertThat(connects(forwarded)).isTrue();
    }
  }

  /** Asks the stub something and looks for its acknowledgement. */
  private static boolean gdbAnswers(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("$?#3f".getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read() == '+';
    }
  }

  @Test
  void theMonitorRunsWhatLooksAndHandsBackWhatActs() throws Exception {
    try (GuestRam ram = GuestRam.create(32 << 20);
        RunningGuest guest = start(ram)) {
      MonitorConsole monitor = new MonitorConsole(guest.machine().qmp());
      assertThat(monitor.run("info status"))
          .isEqualTo(new MonitorAnswer.Output("VM status: paused (prelaunch)\n"));
      assertThat(monitor.run("p/x 16+1")).isEqualTo(new MonitorAnswer.Output("0x11\n"));
      assertThat(monitor.run("  ")).isEqualTo(new MonitorAnswer.Output(""));
      assertThat(monitor.run("cont"))
          .isEqualTo(new MonitorAnswer.UseInstead(MonitorAction.RESUME, ""));
      assertThat(monitor.run("savevm before boot"))
          .isEqualTo(new MonitorAnswer.UseInstead(MonitorAction.SNAPSHOT, "before boot"));
      assertThat(monitor.run("device_add nvme"))
          .isEqualTo(
              new MonitorAnswer.Refused(
                  "'device_add' is not run: a machine whose devices have changed cannot go back to a"
                      + " node from before. Write the device into the command line."));
      assertThat(monitor.run("migrate tcp:x:1")).isInstanceOf(MonitorAnswer.Refused.class);
      assertThat(monitor.run("frobnicate"))
          .isEqualTo(
              new MonitorAnswer.Refused(
                  "'frobnicate' is not run: Marey does not know it, and it might change the machine in"
                      + " a way that cannot be reverted. 'help' lists QEMU's commands."));
      assertThat(guest.machine().runState()).isEqualTo(RunState.PAUSED);
    }
  }
}
