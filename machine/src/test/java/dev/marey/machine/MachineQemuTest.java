package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.marey.machine.MachineRequest.Role;
import dev.marey.machine.testing.RunningGuest;
import dev.marey.machine.testing.TestGuests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class MachineQemuTest {

  private static final int MEGABYTES = 64;

  @TempDir Path folder;

  private RunningGuest start(GuestRam ram, String... more) throws MachineException {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(MEGABYTES));
    line.addAll(List.of(more));
    return RunningGuest.start(line, ram, folder, Role.LIVE);
  }

  private static GuestRam ram() throws MachineException {
    return GuestRam.create((long) MEGABYTES << 20);
  }

  @Test
  void startsStoppedRunsPausesAndQuits() throws MachineException {
    try (GuestRam ram = ram();
        RunningGuest guest = start(ram)) {
      Machine machine = guest.machine();
      assertThat(machine.runState()).isEqualTo(RunState.PAUSED);
      assertThat(machine.ramHostAddress()).isNotZero();
      assertThat(machine.ramLayout().lengthBytes()).isEqualTo((long) MEGABYTES << 20);
      machine.resume();
      assertThat(machine.runState()).isEqualTo(RunState.RUNNING);
      guest.expect("bare-metal up");
      machine.pause();
      assertThat(machine.runState()).isEqualTo(RunState.PAUSED);
      MachineExit exit = machine.quit();
      assertThat(exit).isEqualTo(new MachineExit(0, true, exit.lastWords()));
      assertThat(machine.runState()).isEqualTo(RunState.ENDED);
      assertThat(folder).isEmptyDirectory();
      assertThat(ProcessHandle.of(machine.pid())).isEmpty();
    }
  }

  @Test
  void theGuestIsTypedToAndReadFromTheMemfd() throws MachineException {
    try (GuestRam ram = ram();
        RunningGuest guest = start(ram)) {
      guest.machine().resume();
      guest.expect("bare-metal up");
      guest.type("w 0x500000 0xc0ffee\n");
      guest.expect("w 0x500000 = 0xc0ffee");
      guest.machine().pause();
      ByteBuffer page = ByteBuffer.allocate(PageNumber.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      ram.read(guest.machine().ramLayout().pageAt(new GuestAddress(0x500000)).orElseThrow(), page);
      assertThat(page.getInt(0)).isEqualTo(0xc0ffee);
    }
  }

  @Test
  void listenersHearOfResetPowerOffAndEnd() throws MachineException {
    List<String> heard = new CopyOnWriteArrayList<>();
    try (GuestRam ram = ram();
        RunningGuest guest = start(ram)) {
      guest
          .machine()
          .addListener(
              new MachineListener() {
                @Override
                public void stateChanged(RunState state) {
                  heard.add(state.toString());
                }

                @Override
                public void guestReset() {
                  heard.add("reset");
                }

                @Override
                public void guestShutdown(String reason) {
                  heard.add(reason);
                }

                @Override
                public void ended(MachineExit exit) {
                  heard.add("ended " + exit.code());
                }
              });
      guest.machine().resume();
      guest.expect("bare-metal up");
      guest.forgetOutput();
      guest.machine().reset();
      await().until(() -> heard.contains("reset"));
      guest.expect("bare-metal up");
      guest.type("off\n");
      await().until(() -> guest.machine().runState() == RunState.SHUTDOWN);
      await().until(() -> heard.contains("SHUTDOWN"));
      guest.machine().quit();
      await().until(() -> heard.contains("ended 0"));
      assertThat(heard)
          .containsSubsequence(
              "RUNNING", "reset", "guest-shutdown", "SHUTDOWN", "ENDED", "ended 0");
    }
  }

  @Test
  void aGuestThatPoweredOffCanBeResetAndRunsAgain() throws MachineException {
    try (GuestRam ram = ram();
        RunningGuest guest = start(ram)) {
      guest.machine().resume();
      guest.expect("bare-metal up");
      guest.type("off\n");
      await().until(() -> guest.machine().runState() == RunState.SHUTDOWN);
      guest.machine().reset();
      assertThat(guest.machine().runState()).isEqualTo(RunState.PAUSED);
      guest.forgetOutput();
      guest.machine().resume();
      guest.expect("bare-metal up");
    }
  }

  @Test
  void aKilledQemuIsReportedAsUnexpected() throws MachineException {
    try (GuestRam ram = ram();
        RunningGuest guest = start(ram)) {
      assertThat(ProcessHandle.of(guest.machine().pid()).orElseThrow().destroyForcibly()).isTrue();
      MachineExit exit = guest.machine().exit().join();
      assertThat(exit.expected()).isFalse();
      assertThat(exit.describe()).startsWith("QEMU was ended by signal 9");
      assertThatThrownBy(() -> guest.machine().pause())
          .isInstanceOf(MachineException.class)
          .hasMessageContaining("QEMU was ended by signal 9");
    }
  }

  @Test
  void aStandbyWaitsForItsState() throws MachineException {
    try (GuestRam ram = ram();
        RunningGuest guest =
            RunningGuest.start(
                TestGuests.bareMetalCommandLine(MEGABYTES), ram, folder, Role.STANDBY)) {
      assertThat(guest.machine().runState()).isEqualTo(RunState.INCOMING);
    }
  }

  @ParameterizedTest
  @CsvSource({"pc,64", "q35,64", "microvm,64", "isapc,16"})
  void everyKindOfBoardGetsItsRamFromUs(String board, int megabytes) throws MachineException {
    List<String> line =
        List.of("qemu-system-x86_64", "-M", board, "-m", megabytes + "M", "-display", "none");
    try (GuestRam ram = GuestRam.create((long) megabytes << 20);
        RunningGuest guest = RunningGuest.start(line, ram, folder, Role.LIVE)) {
      assertThat(guest.machine().ramHostAddress()).isNotZero();
      assertThat(guest.machine().ramLayout().lengthBytes()).isEqualTo((long) megabytes << 20);
      guest.machine().resume();
      await().until(() -> !ram.data().isEmpty());
    }
  }

  @Test
  void aMachineThatDoesNotEndInTimeIsNamed() throws MachineException {
    try (GuestRam ram = ram();
        RunningGuest guest = start(ram)) {
      // the kernel needs some milliseconds to take 64 MiB and three threads apart
      assertThatThrownBy(() -> guest.machine().kill(Duration.ZERO))
          .isInstanceOf(MachineException.class)
          .hasMessage(
              "QEMU (pid %d) did not end within 0 s of SIGKILL. A page fault nobody answers may"
                  + " hold it; end Marey.",
              guest.machine().pid());
    }
  }

  @Test
  void aCommandOnALostConnectionSaysWhatQemuSaid() throws MachineException {
    try (GuestRam ram = ram();
        RunningGuest guest = start(ram)) {
      guest.machine().qmp().close();
      assertThatThrownBy(() -> guest.machine().pause())
          .isInstanceOf(MachineException.class)
          .hasMessage("QEMU's answer to 'stop': QEMU closed the connection. It said nothing.");
    }
  }
}
