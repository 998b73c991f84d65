package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.CommandLine;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class MachineQemuTest {

  @TempDir Path folder;

  private Machine start(GuestRam ram, String... options) throws MachineException {
    List<String> line = new java.util.ArrayList<>(List.of("qemu-system-x86_64"));
    line.addAll(List.of(options));
    GuestDefinition guest = CommandLine.of(line).accept();
    return Machine.start(
        new MachineRequest(guest, ram, folder, MachineRequest.Role.LIVE, Map.of()));
  }

  @Test
  void startsStoppedRunsPausesAndQuits() throws MachineException {
    try (GuestRam ram = GuestRam.create(64 << 20);
        Machine machine = start(ram, "-m", "64", "-nodefaults", "-display", "none")) {
      assertThat(machine.runState()).isEqualTo(RunState.PAUSED);
      machine.resume();
      assertThat(machine.runState()).isEqualTo(RunState.RUNNING);
      machine.pause();
      assertThat(machine.runState()).isEqualTo(RunState.PAUSED);
      assertThat(machine.ramHostAddress()).isNotZero();
      assertThat(machine.ramLayout().lengthBytes()).isEqualTo(64 << 20);
      MachineExit exit = machine.quit();
      assertThat(exit.code()).isZero();
      assertThat(exit.expected()).isTrue();
      assertThat(machine.runState()).isEqualTo(RunState.ENDED);
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void whatTheFirmwareWroteIsReadFromTheMemfd() throws MachineException {
    try (GuestRam ram = GuestRam.create(64 << 20);
        Machine machine =
            start(ram, "-m", "64", "-vga", "none", "-display", "none", "-net", "none")) {
      machine.resume();
      org.awaitility.Awaitility.await()
          .until(
              () -> {
                ByteBuffer page = ByteBuffer.allocate(PageNumber.PAGE_BYTES);
                ram.read(new PageNumber(0), page);
                return page.getInt(0) != 0;
              });
      assertThat(ram.data()).isNotEmpty();
    }
  }
}
