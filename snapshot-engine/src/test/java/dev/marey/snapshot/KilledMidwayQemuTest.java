package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.RunState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** QEMU is killed by SIGKILL in the middle of what it is asked to do. */
@Timeout(180)
final class KilledMidwayQemuTest {

  @TempDir Path folder;

  /** Sabotage that fails it: a capture that takes an answer of a dead QEMU for a state. */
  @Test
  void inThePauseOfASnapshotThatNodeAloneIsLost() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      BareMetal.Expected before = guest.takeWithCopy();
      guest.runABit();
      // Its first state takes QEMU long enough to be killed meanwhile.
      Revert unused =
          guest.live().revert(before.node().id(), RunAfter.RUN, RevertWay.STANDBY).get();
      guest.runABit();
      List<Node> nodes = guest.session().timeline().nodes();
      guest.live().machine().qmp().execute("migrate-set-parameters", Map.of("max-bandwidth", 10));
      killAtEvent(guest, "STOP");

      assertThatThrownBy(() -> guest.take())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(SnapshotException.class)
          .hasMessageContaining("The snapshot could not be taken: ");

      guest.awaitState(RunState.ENDED);
      assertThat(guest.session().timeline().nodes()).isEqualTo(nodes);
      assertThat(guest.session().verify()).isEmpty();
      guest.live().revert(before.node().id(), RunAfter.PAUSE).get();
      guest.assertLiveIs(before);
      guest.live().resume();
      guest.runABit();
      guest.assertGuestFindsNoDamage();
    }
  }

  /** Sabotage that fails it: no standby after a load that failed. */
  @Test
  void whileItLoadsADeviceStateAnotherTakesOver() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      BareMetal.Expected before = guest.takeWithCopy();
      guest.runABit();
      long killed = guest.live().machine().pid();
      killAtEvent(guest, "JOB_STATUS_CHANGE");

      Revert revert = guest.live().revert(before.node().id(), RunAfter.PAUSE).get();

      assertThat(revert.way()).isEqualTo(RevertWay.STANDBY);
      assertThat(guest.live().machine().pid()).isNotEqualTo(killed);
      assertThat(guest.problems())
          .filteredOn(
              what ->
                  what.startsWith(
                      "QEMU did not go back by itself, so a new one takes over: Loading the device"
                          + " state failed: "))
          .hasSize(1);
      guest.assertLiveIs(before);
      guest.live().resume();
      guest.runABit();
      guest.assertGuestFindsNoDamage();
      assertThat(guest.session().verify()).isEmpty();
    }
  }

  /**
   * Answers that QEMU sent after the event are read when it is dead: events and answers come in
   * order, and this holds the reader up.
   */
  private static void killAtEvent(BareMetal guest, String name) {
    ProcessHandle qemu = ProcessHandle.of(guest.live().machine().pid()).orElseThrow();
    guest
        .live()
        .machine()
        .qmp()
        .addListener(
            event -> {
              if (event.name().equals(name) && qemu.destroyForcibly()) {
                ProcessHandle unused = qemu.onExit().join();
              }
            });
  }
}
