package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marey.machine.MachineRequest.Role;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.StateFormatException;
import dev.marey.machine.state.StateTree;
import dev.marey.machine.state.VmStateImage;
import dev.marey.machine.testing.RunningGuest;
import dev.marey.machine.testing.TestGuests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class DeviceStateQemuTest {

  private static final int MEGABYTES = 32;
  private static final int PAGES = (MEGABYTES << 20) / PageNumber.PAGE_BYTES;

  @TempDir Path folder;

  private static GuestRam ram() throws MachineException {
    return GuestRam.create((long) MEGABYTES << 20);
  }

  private static Pointer copy(GuestRam ram) {
    Pointer all = Memory.allocateDirect(Runtime.getSystemRuntime(), MEGABYTES << 20);
    ram.readInto(0, PAGES, all.address());
    return all;
  }

  private void goesBackInProcess(boolean downFirst) throws MachineException, IOException {
    goesBackInProcess(TestGuests.bareMetalCommandLine(MEGABYTES), downFirst);
  }

  private RunningGuest bareMetal(List<String> line, GuestRam ram) throws MachineException {
    RunningGuest guest = RunningGuest.start(line, ram, folder, Role.LIVE);
    guest.machine().resume();
    guest.expect("counter 3\\b");
    return guest;
  }

  private void goesBackInProcess(List<String> line, boolean downFirst)
      throws MachineException, IOException {
    try (GuestRam ram = ram();
        RunningGuest guest = bareMetal(line, ram)) {
      Machine machine = guest.machine();
      machine.pause();
      DeviceState state = machine.saveDeviceState();
      Pointer before = copy(ram);
      VmStateImage image = VmStateImage.write(folder.resolve("s.qcow2"), state, "node");
      int atSnapshot = Integer.parseInt(last(guest.output()));
      machine.resume();
      guest.expect("counter " + (atSnapshot + 5) + "\\b");
      if (downFirst) {
        guest.type("off\n");
        await().until(() -> machine.runState() == RunState.SHUTDOWN);
      } else {
        machine.pause();
      }
      machine.loadDeviceState(image, state);
      // after the load, because the reset in it writes this guest's ELF segments
      ram.write(0, PAGES, before.address());
      assertThat(machine.runState()).isEqualTo(RunState.PAUSED);
      guest.forgetOutput();
      machine.resume();
      assertThat(machine.runState()).isEqualTo(RunState.RUNNING);
      assertThat(firstCounter(guest)).isBetween(atSnapshot, atSnapshot + 3);
    }
  }

  /** The first counter since the output was forgotten, however late this machine looks. */
  private static int firstCounter(RunningGuest guest) {
    return Integer.parseInt(guest.expect("counter (\\d+)\\r?\\n").group(1));
  }

  private static String last(String output) {
    String[] lines = output.strip().split("counter ", -1);
    return lines[lines.length - 1].strip();
  }

  @Test
  void aRunningQemuGoesBackAndRunsOnFromThere() throws Exception {
    goesBackInProcess(false);
  }

  @Test
  void aGuestThatPoweredItselfOffGoesBackToo() throws Exception {
    goesBackInProcess(true);
  }

  @Test
  void aQemu10GoesBackAndRunsOnFromThere() throws Exception {
    goesBackInProcess(
        TestGuests.qemu10().commandLine(TestGuests.bareMetalCommandLine(MEGABYTES)), false);
  }

  @Test
  void aQemu10ThatWasDownGoesBackToo() throws Exception {
    goesBackInProcess(
        TestGuests.qemu10().commandLine(TestGuests.bareMetalCommandLine(MEGABYTES)), true);
  }

  @Test
  void aPausedMachineIsSavedAsOftenAsOneLikes() throws Exception {
    try (GuestRam ram = ram();
        RunningGuest guest = bareMetal(TestGuests.bareMetalCommandLine(MEGABYTES), ram)) {
      guest.machine().pause();
      DeviceState first = guest.machine().saveDeviceState();
      DeviceState second = guest.machine().saveDeviceState();
      DeviceState third = guest.machine().saveDeviceState();
      assertThat(first.lengthBytes()).isGreaterThan(10_000);
      assertThat(second).isEqualTo(third);
      guest.machine().resume();
      assertThat(guest.nextCounter()).isPositive();
      guest.machine().pause();
      assertThat(guest.machine().saveDeviceState()).isNotEqualTo(third);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStandbyTakesOverAndStaysStopped(boolean secondSave) throws Exception {
    try (GuestRam ram = ram();
        RunningGuest standby =
            RunningGuest.start(
                TestGuests.bareMetalCommandLine(MEGABYTES), ram, folder, Role.STANDBY)) {
      DeviceState state;
      int counter;
      try (RunningGuest guest = bareMetal(TestGuests.bareMetalCommandLine(MEGABYTES), ram)) {
        guest.machine().pause();
        state = guest.machine().saveDeviceState();
        if (secondSave) {
          state = guest.machine().saveDeviceState();
        }
        counter = Integer.parseInt(last(guest.output()));
      }
      standby.machine().receiveDeviceState(state);
      assertThat(standby.machine().runState()).isEqualTo(RunState.PAUSED);
      standby.forgetOutput();
      standby.machine().resume();
      assertThat(firstCounter(standby)).isBetween(counter, counter + 3);
    }
  }

  @Test
  void aStateSavedByALoadedMachineIsTheStateThatWasLoaded() throws Exception {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(MEGABYTES));
    line.addAll(List.of("-rtc", "clock=vm"));
    try (GuestRam ram = ram();
        RunningGuest guest = bareMetal(line, ram)) {
      Machine machine = guest.machine();
      machine.pause();
      DeviceState state = machine.saveDeviceState();
      VmStateImage image = VmStateImage.write(folder.resolve("s.qcow2"), state, "node");
      machine.resume();
      assertThat(guest.nextCounter()).isPositive();
      machine.pause();
      List<String> later = fields(machine.saveDeviceState());
      machine.loadDeviceState(image, state);
      List<String> again = fields(machine.saveDeviceState());
      assertThat(again).hasSizeGreaterThan(500).isEqualTo(fields(state));
      // what ran on was another state, so this says something
      assertThat(later).isNotEqualTo(again);
    }
  }

  /** Every named field of every device, but for the run state that the machine is to go on in. */
  private static List<String> fields(DeviceState state) throws StateFormatException {
    List<String> fields = new ArrayList<>();
    StateTree.of(state)
        .forEach(
            node -> {
              if (!node.path().startsWith("globalstate[0]/")) {
                fields.add(node.path() + " " + node.value().text());
              }
            });
    return fields;
  }
}
