package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.RunState;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** QEMU is killed by SIGKILL in the middle of what it is asked to do. */
@Timeout(180)
final class KilledMidwayQemuTest {

  @TempDir Path folder;

  @Test
  void inThePauseOfASnapshotThatNodeAloneIsLost() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      BareMetal.Expected before = guest.takeWithCopy();
      guest.runABit();
      killAtEvent(guest, "STOP");
      CompletableFuture<Node> node = guest.live().snapshot("", Node.Origin.PERSON);
      guest.awaitState(RunState.ENDED);
      node.handle((taken, failure) -> 0).join();
      assertThat(guest.session().verify()).isEmpty();
      guest.live().revert(before.node().id(), RunAfter.PAUSE).get();
      guest.assertLiveIs(before);
      guest.live().resume();
      guest.assertGuestFindsNoDamage();
    }
  }

  @Test
  void whileItLoadsADeviceStateAnotherTakesOver() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      BareMetal.Expected before = guest.takeWithCopy();
      guest.runABit();
      long killed = guest.live().machine().pid();
      killAtEvent(guest, "JOB_STATUS_CHANGE");
      guest.live().revert(before.node().id(), RunAfter.PAUSE).get();
      if (guest.live().machine().pid() == killed) {
        // everything was loaded when it died
        guest.awaitState(RunState.ENDED);
        guest.live().revert(before.node().id(), RunAfter.PAUSE).get();
      }
      guest.assertLiveIs(before);
      guest.live().resume();
      guest.assertGuestFindsNoDamage();
      assertThat(guest.session().verify()).isEmpty();
    }
  }

  private static void killAtEvent(BareMetal guest, String name) {
    long pid = guest.live().machine().pid();
    guest
        .live()
        .machine()
        .qmp()
        .addListener(
            event -> {
              if (event.name().equals(name)) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
              }
            });
  }
}
