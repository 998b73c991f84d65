package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marey.machine.RunState;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reverts that fail on their way: the guest is as it was as long as none of its memory was changed,
 * and never runs on with memory of two instants.
 */
@Timeout(120)
final class FailingRevertQemuTest {

  @TempDir Path folder;

  @Test
  void aRevertThatCannotBePreparedLeavesTheGuestRunning() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      BareMetal.Expected node = guest.takeWithCopy();
      guest.runABit();
      long pid = guest.live().machine().pid();
      Path inTheWay = Files.createDirectory(guest.live().runFolder().resolve("revert.qcow2"));
      Files.createFile(inTheWay.resolve("file"));
      noOtherQemuStarts(guest);

      assertThatThrownBy(() -> guest.live().revert(node.node().id(), RunAfter.KEEP).get())
          .hasRootCauseInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("No folder for QEMU's sockets: ");

      assertThat(guest.live().machine().pid()).isEqualTo(pid);
      assertThat(guest.live().status().runState()).isEqualTo(RunState.RUNNING);
      guest.runABit();
      guest.assertGuestFindsNoDamage();
      guest.assertNodeIs(guest.takeWithCopy());
      assertThat(guest.problems()).hasSize(1);
      assertThat(guest.problems().get(0))
          .startsWith(
              "QEMU did not go back by itself, so a new one takes over: Preparing the device state"
                  + " failed: ");

      Files.delete(inTheWay.resolve("file"));
      Files.delete(inTheWay);
      guest.live().revert(node.node().id(), RunAfter.PAUSE).get();
      guest.assertLiveIs(node);
    }
  }

  @Test
  void aRevertThatFailsHalfWayEndsTheGuestAndTheNextOneBringsItBack() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      BareMetal.Expected node = guest.takeWithCopy();
      guest.runABit();
      noStateIsLoaded(guest);
      Path inTheWay = noOtherQemuStarts(guest);

      assertThatThrownBy(() -> guest.live().revert(node.node().id(), RunAfter.RUN).get())
          .hasMessageContaining("No folder for QEMU's sockets: ");

      guest.awaitState(RunState.ENDED);
      Files.delete(inTheWay);
      guest.live().revert(node.node().id(), RunAfter.PAUSE).get();
      guest.assertLiveIs(node);
      guest.live().resume();
      guest.runABit();
      guest.assertGuestFindsNoDamage();
    }
  }

  @Test
  void anErrorHalfWayEndsTheGuestToo() throws Exception {
    try (BareMetal guest = BareMetal.start(folder)) {
      BareMetal.Expected node = guest.takeWithCopy();
      guest.runABit();
      noStateIsLoaded(guest);
      LiveListener failing =
          new LiveListener() {
            @Override
            public void problem(String what) {
              throw new StackOverflowError("on purpose");
            }
          };
      guest.live().addListener(failing);

      assertThatThrownBy(() -> guest.live().revert(node.node().id(), RunAfter.RUN).get())
          .hasRootCauseMessage("on purpose");

      assertThat(guest.live().status().runState()).isEqualTo(RunState.ENDED);
      guest.live().removeListener(failing);
      guest.live().revert(node.node().id(), RunAfter.PAUSE).get();
      guest.assertLiveIs(node);
    }
  }

  /** The next QEMU finds the name of its folder taken. */
  private static Path noOtherQemuStarts(BareMetal guest) throws Exception {
    Path run = guest.live().runFolder();
    for (int number : List.of(1, 2, 3)) {
      Path next = run.resolve("m" + number);
      if (!Files.exists(next)) {
        return Files.createDirectory(next);
      }
    }
    throw new IllegalStateException("so many QEMUs were not expected");
  }

  /** QEMU finds the name that a device state gets taken: known only when RAM has been changed. */
  private static void noStateIsLoaded(BareMetal guest) throws Exception {
    guest
        .live()
        .machine()
        .qmp()
        .execute(
            "blockdev-add",
            Map.of("driver", "null-co", "node-name", "marey-state", "read-zeroes", true));
  }
}
