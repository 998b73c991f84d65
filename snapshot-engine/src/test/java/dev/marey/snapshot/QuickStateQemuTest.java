package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.Machine;
import dev.marey.machine.MachineException;
import dev.marey.machine.options.CommandLine;
import dev.marey.machine.state.DeviceState;
import dev.marey.machine.state.RamBlock;
import dev.marey.machine.state.StateStream;
import dev.marey.machine.state.StateTree;
import dev.marey.machine.testing.TestGuests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Device states that are saved quickly say what QEMU itself saves in the same pause.
 *
 * <p>Sabotage that fails it: pages of video RAM that are not watched, or not armed again; a prefix
 * of an earlier instant.
 */
@Timeout(120)
final class QuickStateQemuTest {

  @TempDir Path folder;

  @Test
  void allFieldsAndAllSmallRamBlocksAreThoseOfACompleteState() throws Exception {
    showsWhatQemuSaves(TestGuests.demoCommandLine(256));
  }

  @Test
  void alsoOfQemu10() throws Exception {
    showsWhatQemuSaves(TestGuests.qemu10().commandLine(TestGuests.demoCommandLine(256)));
  }

  private void showsWhatQemuSaves(List<String> words) throws Exception {
    List<String> line = new ArrayList<>(words);
    line.addAll(List.of("-rtc", "clock=vm"));
    Session session = Session.create(folder.resolve("session"), CommandLine.of(line).accept());
    try (session;
        GuestInSession guest = new GuestInSession(session, LiveGuest.start(session)) {}) {
      guest.console().await("demo# ");
      guest.console().type("while :; do date >/dev/tty0; done &");
      Node first = guest.take();
      assertThat(first.id()).isNotNull();
      for (int i = 0; i < 3; i++) {
        int before = screen(guest);
        Awaitility.await().until(() -> screen(guest) != before);
        Node quick = awaitQuick(guest);
        DeviceState kept = session.content(quick.id()).deviceState();
        DeviceState complete = migrate(guest.live().machine(), i);
        assertThat(fields(kept)).isEqualTo(fields(complete));
        assertThat(smallRam(kept)).isEqualTo(smallRam(complete));
        guest.live().resume();
      }
    }
  }

  /** A node that QEMU has written no complete state for; the guest stands still at it. */
  private static Node awaitQuick(GuestInSession guest) throws Exception {
    for (int tries = 0; tries < 20; tries++) {
      guest.live().pause();
      Node node = guest.take();
      if (!status(guest.live().machine()).equals("postmigrate")) {
        return node;
      }
      guest.live().resume();
    }
    throw new AssertionError("no state was saved quickly");
  }

  private static String status(Machine machine) throws MachineException {
    return machine.qmp().execute("query-status").path("status").asText();
  }

  private static int screen(GuestInSession guest) throws Exception {
    return guest.live().machine().qmp().humanMonitor("xp /2000bx 0xb8000").hashCode();
  }

  private DeviceState migrate(Machine machine, int number) throws Exception {
    Path file = folder.resolve("state-" + number);
    machine.qmp().execute("migrate", Map.of("uri", "exec:cat >" + file));
    Awaitility.await()
        .until(
            () ->
                machine.qmp().execute("query-migrate").path("status").asText().equals("completed"));
    return DeviceState.read(file);
  }

  private static List<String> fields(DeviceState state) throws Exception {
    List<String> fields = new ArrayList<>();
    StateTree.of(state).forEach(node -> fields.add(node.path() + " " + node.value()));
    fields.removeIf(field -> field.startsWith("ram/"));
    return fields;
  }

  private static List<RamBlock> smallRam(DeviceState state) throws Exception {
    return StateStream.parse(state).ramBlocks();
  }
}
