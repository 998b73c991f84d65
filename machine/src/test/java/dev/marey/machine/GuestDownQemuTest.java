package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.marey.machine.MachineRequest.Role;
import dev.marey.machine.testing.RunningGuest;
import dev.marey.machine.testing.TestGuests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Guests that crash: what is heard of them, and that they can be reset. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class GuestDownQemuTest {

  private static final int MEGABYTES = 64;

  @TempDir Path folder;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private RunningGuest booted(GuestRam ram, String... more) throws MachineException {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(MEGABYTES));
    line.addAll(List.of(more));
    RunningGuest guest = RunningGuest.start(line, ram, folder, Role.LIVE);
    guest.machine().resume();
    guest.expect("bare-metal up");
    guest.machine().addListener(new Listener());
    return guest;
  }

  private final class Listener implements MachineListener {
    @Override
    public void stateChanged(RunState state) {
      heard.add(state.toString());
    }

    @Override
    public void guestReset() {
      heard.add("reset");
    }

    @Override
    public void guestPanicked(String action) {
      heard.add("panicked: " + action);
    }

    @Override
    public void guestShutdown(String reason) {
      heard.add("shutdown: " + reason);
    }
  }

  private static GuestRam ram() throws MachineException {
    return GuestRam.create((long) MEGABYTES << 20);
  }

  private static String status(Machine machine) throws MachineException {
    return machine.qmp().execute("query-status").path("status").asText();
  }

  @Test
  void aTripleFaultIsAResetAndTheGuestStartsAnew() throws Exception {
    try (GuestRam ram = ram();
        RunningGuest guest = booted(ram)) {
      guest.forgetOutput();
      guest.type("t\n");
      guest.expect("bare-metal up");
      await().until(() -> heard.contains("reset"));
      assertThat(guest.nextCounter()).isPositive();
      // the firmware may reset once more on its way
      assertThat(heard).containsOnly("reset");
      assertThat(guest.machine().runState()).isEqualTo(RunState.RUNNING);
    }
  }

  @Test
  void aTripleFaultOfAGuestThatIsNotToRebootTakesItDown() throws Exception {
    try (GuestRam ram = ram();
        RunningGuest guest = booted(ram, "-no-reboot")) {
      guest.type("t\n");
      await().until(() -> heard.contains("SHUTDOWN"));
      assertThat(heard).containsSubsequence("shutdown: guest-reset", "SHUTDOWN");
      assertThat(guest.machine().runState()).isEqualTo(RunState.SHUTDOWN);
      assertThat(status(guest.machine())).isEqualTo("shutdown");
      assertThatThrownBy(() -> guest.machine().resume())
          .hasMessage("QEMU's answer to 'cont': Resetting the Virtual Machine is required");
    }
  }

  /** The guest writes to the device that a kernel's panic writes to. */
  private static void panic(RunningGuest guest) throws MachineException {
    String pci = guest.machine().qmp().humanMonitor("info pci");
    Matcher bar =
        Pattern.compile("1b36:0011(?s:.*?)BAR0: 32 bit memory at 0x([0-9a-f]+)").matcher(pci);
    assertThat(bar.find()).as(pci).isTrue();
    guest.type("w 0x" + bar.group(1).replaceFirst("^0+", "") + " 1\n");
  }

  @Test
  void aGuestThatPanicsHasCrashedAndRunsAgainAfterAReset() throws Exception {
    try (GuestRam ram = ram();
        RunningGuest guest = booted(ram, "-device", "pvpanic-pci")) {
      panic(guest);
      await().until(() -> heard.contains("CRASHED"));
      assertThat(heard).containsSubsequence("panicked: pause", "CRASHED");
      assertThat(guest.machine().runState()).isEqualTo(RunState.CRASHED);
      assertThat(status(guest.machine())).isEqualTo("guest-panicked");
      guest.machine().reset();
      assertThat(guest.machine().runState()).isEqualTo(RunState.PAUSED);
      guest.forgetOutput();
      guest.machine().resume();
      guest.expect("bare-metal up");
      assertThat(guest.machine().runState()).isEqualTo(RunState.RUNNING);
    }
  }

  @Test
  void theDemosCrashIsItsKernelsPanicAndRebootsIt() throws Exception {
    int megabytes = 256;
    try (GuestRam ram = GuestRam.create((long) megabytes << 20);
        RunningGuest guest =
            RunningGuest.start(TestGuests.demoCommandLine(megabytes), ram, folder, Role.LIVE)) {
      guest.machine().resume();
      guest.expect("demo# ");
      guest.machine().addListener(new Listener());
      guest.forgetOutput();
      guest.type("crash\n");
      guest.expect("Kernel panic - not syncing: sysrq triggered crash");
      guest.expect("demo# ");
      assertThat(heard).isNotEmpty().containsOnly("reset");
    }
  }
}
