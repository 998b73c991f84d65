package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.machine.MachineRequest.Role;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.VmStateImage;
import dev.marey.machine.testing.RunningGuest;
import dev.marey.machine.testing.TestGuests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real QEMU that cannot do what it was asked to. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
final class DeviceStateFailureQemuTest {

  private static final int MEGABYTES = 32;

  @TempDir Path folder;

  private RunningGuest paused(GuestRam ram) throws MachineException {
    RunningGuest guest =
        RunningGuest.start(TestGuests.bareMetalCommandLine(MEGABYTES), ram, folder, Role.LIVE);
    guest.machine().resume();
    guest.expect("counter 1\\b");
    guest.machine().pause();
    return guest;
  }

  /** Leaves a process as many open files as it has; {@code unlimited} takes that back. */
  private static void limitOpenFiles(long pid, String limit)
      throws IOException, InterruptedException {
    Process prlimit =
        new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--nofile=" + limit + ":")
            .inheritIO()
            .start();
    assertThat(prlimit.waitFor()).isZero();
  }

  @Test
  void aQemuThatCannotConnectSaysWhyAndIsSavedOnceItCan() throws Exception {
    try (GuestRam ram = GuestRam.create((long) MEGABYTES << 20);
        RunningGuest guest = paused(ram)) {
      Machine machine = guest.machine();
      limitOpenFiles(machine.pid(), "3");
      assertThatThrownBy(machine::saveDeviceState)
          .isInstanceOf(MachineException.class)
          .hasMessage(
              "QEMU could not save its devices: Failed to create socket: Too many open files.");
      limitOpenFiles(machine.pid(), "1024");
      assertThat(machine.saveDeviceState().lengthBytes()).isGreaterThan(10_000);
      machine.resume();
      assertThat(guest.nextCounter()).isPositive();
    }
  }

  @Test
  void aStateThatIsNotInItsImageIsRefusedInQemusWordsAndTheNextOneLoads() throws Exception {
    try (GuestRam ram = GuestRam.create((long) MEGABYTES << 20);
        RunningGuest guest = paused(ram)) {
      Machine machine = guest.machine();
      DeviceState state = machine.saveDeviceState();
      VmStateImage good = VmStateImage.write(folder.resolve("good.qcow2"), state, "node");
      Path file = folder.resolve("bad.qcow2");
      VmStateImage bad = VmStateImage.write(file, state, "node");
      VmStateImage replaced = VmStateImage.write(file, state, "other");
      assertThat(replaced.file()).isEqualTo(bad.file());
      assertThatThrownBy(() -> machine.loadDeviceState(bad, state))
          .isInstanceOf(MachineException.class)
          .hasMessage(
              "QEMU could not load the device state: Snapshot 'node' does not exist in one or more"
                  + " devices.");
      machine.loadDeviceState(good, state);
      machine.resume();
      assertThat(guest.nextCounter()).isPositive();
    }
  }

  /** Lets this QEMU's next save take many seconds: one page each tenth of a second. */
  private static void throttle(Machine machine) throws MachineException {
    machine.qmp().execute("migrate-set-parameters", Map.of("max-bandwidth", 10));
  }

  private static boolean saves(Machine machine) {
    try {
      JsonNode migration = machine.qmp().execute("query-migrate");
      return migration.path("status").asText().equals("active");
    } catch (MachineException e) {
      return false;
    }
  }

  @Test
  void aSaveThatTakesTooLongIsGivenUpWithWhatToDo() throws Exception {
    try (GuestRam ram = GuestRam.create((long) MEGABYTES << 20);
        RunningGuest guest = paused(ram)) {
      throttle(guest.machine());
      DeviceStateSaver saver =
          new DeviceStateSaver(guest.machine().qmp(), folder, Duration.ofSeconds(1));
      assertThatThrownBy(() -> saver.save(List.of(), () -> false))
          .isInstanceOf(MachineException.class)
          .hasMessage(
              "QEMU was asked to save its devices and has not done so for 1 s. Go back to a node:"
                  + " another QEMU takes over then.");
      assertThat(folder.resolve("s")).doesNotExist();
    }
  }

  @Test
  void aSaveIsCancelledByAnInterruptAndTheMachineIsStillToBeReached() throws Exception {
    try (GuestRam ram = GuestRam.create((long) MEGABYTES << 20);
        RunningGuest guest = paused(ram)) {
      throttle(guest.machine());
      CompletableFuture<Throwable> failure = new CompletableFuture<>();
      Thread saver =
          new Thread(
              () -> failure.complete(catchThrowable(guest.machine()::saveDeviceState)), "saver");
      saver.start();
      await().until(() -> saves(guest.machine()));
      saver.interrupt();
      assertThat(failure.get(5, TimeUnit.SECONDS))
          .isInstanceOf(MachineException.class)
          .hasMessage("Cancelled while QEMU was asked to save its devices.");
      assertThat(guest.machine().qmp().execute("query-status").path("running").asBoolean())
          .isFalse();
    }
  }

  @Test
  void aQemuKilledWhileItSavesIsAnErrorAndNoHang() throws Exception {
    try (GuestRam ram = GuestRam.create((long) MEGABYTES << 20);
        RunningGuest guest = paused(ram)) {
      throttle(guest.machine());
      CompletableFuture<Throwable> failure =
          CompletableFuture.supplyAsync(() -> catchThrowable(guest.machine()::saveDeviceState));
      await().until(() -> saves(guest.machine()));
      assertThat(failure).isNotDone();
      guest.machine().kill();
      assertThat(failure.get(5, TimeUnit.SECONDS))
          .isInstanceOf(MachineException.class)
          .hasMessage("QEMU's answer to 'query-migrate': QEMU was ended by signal 9.");
    }
  }

  @Test
  void aStandbyOfAnotherBoardRefusesTheStateInItsOwnWords() throws Exception {
    try (GuestRam ram = GuestRam.create((long) MEGABYTES << 20);
        RunningGuest guest = paused(ram);
        GuestRam other = GuestRam.create((long) MEGABYTES << 20);
        RunningGuest standby =
            RunningGuest.start(
                List.of("qemu-system-x86_64", "-M", "q35", "-m", MEGABYTES + "M"),
                other,
                folder,
                Role.STANDBY)) {
      DeviceState state = guest.machine().saveDeviceState();
      assertThatThrownBy(() -> standby.machine().receiveDeviceState(state))
          .isInstanceOf(MachineException.class)
          .hasMessageMatching(
              "QEMU ended while it was given a device state, so the state doesn't fit this command"
                  + " line or QEMU version\\. QEMU ended with exit code 1\\. It said: (?s).*Machine"
                  + " type received is 'pc-i440fx-.*' and local is 'pc-q35-.*'.*");
    }
  }
}
