package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.bundle.BundleWriter;
import dev.marey.snapshot.bundle.UnpackedBundle;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bare-metal guest in another session, on the same QEMU and on a newer one. */
@Timeout(180)
final class BundledGuestQemuTest {

  @TempDir Path folder;

  private void travels(String qemu) throws Exception {
    Path bundle = folder.resolve("two.marey");
    BareMetal.Expected first;
    BareMetal.Expected third;
    try (BareMetal guest = BareMetal.start(folder)) {
      first = guest.takeWithCopy();
      guest.runABit();
      Node unused = guest.takeWithCopy().node();
      guest.runABit();
      third = guest.takeWithCopy();
      assertThat(
              BundleWriter.write(
                  guest.session(),
                  List.of(first.node().id(), third.node().id()),
                  bundle,
                  (done, of) -> {}))
          .hasSize(2);
    }
    UnpackedBundle unpacked =
        UnpackedBundle.of(bundle, folder.resolve("there"), qemu, (done, of) -> {});
    Session session = Session.open(unpacked.session());
    LiveGuest live = LiveGuest.open(session, third.node().id(), RunAfter.PAUSE);
    try (BareMetal guest = BareMetal.of(folder, session, live)) {
      guest.assertNodeIs(first);
      guest.assertNodeIs(third);
      guest.assertLiveIs(third);
      for (RevertWay way : RevertWay.values()) {
        guest.live().resume();
        guest.runABit();
        guest.assertGuestFindsNoDamage();
        guest.live().revert(first.node().id(), RunAfter.PAUSE, way).get();
        guest.assertLiveIs(first);
      }
      assertThat(session.verify()).isEmpty();
    }
  }

  /** Sabotage that fails it: pages that get another page's number. */
  @Test
  void itsMemoryIsExactAndItRunsOnInEveryWay() throws Exception {
    travels("qemu-system-x86_64");
  }

  /** Sabotage that fails it: the machine type as the line had it, which is another there. */
  @Test
  void aNewerQemuRunsItOn() throws Exception {
    travels(TestGuests.qemu10().binary().toString());
  }
}
