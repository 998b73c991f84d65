package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The newer QEMU that is supported too. */
@Timeout(120)
final class Qemu10QemuTest {

  @TempDir Path folder;

  @Test
  void nodesAreExactAndEveryRevertGivesThemBackByBothWays() throws Exception {
    try (BareMetal guest =
        BareMetal.start(
            folder,
            Tuning.STANDARD,
            folder.resolve("session"),
            TestGuests.qemu10()
                .commandLine(TestGuests.bareMetalCommandLine(BareMetal.MEGABYTES)))) {
      BareMetal.Expected one = guest.takeWithCopy();
      guest.runABit();
      BareMetal.Expected two = guest.takeWithCopy();
      guest.assertNodeIs(one);
      guest.assertNodeIs(two);
      for (RevertWay way : RevertWay.values()) {
        Revert revert = guest.live().revert(one.node().id(), RunAfter.PAUSE, way).get();
        assertThat(revert.way()).isEqualTo(way);
        guest.assertLiveIs(one);
        guest.live().resume();
        guest.runABit();
        guest.live().revert(two.node().id(), RunAfter.PAUSE, way).get();
        guest.assertLiveIs(two);
        guest.take();
        guest.live().resume();
        guest.runABit();
        guest.assertGuestFindsNoDamage();
        guest.assertNodeIs(guest.takeWithCopy());
      }
      assertThat(guest.problems()).isEmpty();
    }
  }
}
