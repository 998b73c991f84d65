package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.DiskFailure;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DiskFailuresTest {

  private static final Path SESSION = Path.of("/sessions/one");
  private static final DiskFailure FULL =
      new DiskFailure("virtio0", true, true, true, "No space left on device");
  private static final DiskFailure STOPPED =
      new DiskFailure("", true, false, true, "Input/output error");
  private static final DiskFailure REPORTED =
      new DiskFailure("ide0-hd0", false, false, false, "Input/output error");

  private final DiskFailures failures = new DiskFailures();

  @Test
  void aStoppedGuestIsToldOfOnceUntilItGoesOn() {
    assertThat(failures.toTell(FULL, 1, SESSION))
        .contains(
            "The guest's disk could not be written: the disk that holds the session /sessions/one"
                + " is full. The guest is paused and has lost nothing. Make room, then let it run.");
    assertThat(failures.toTell(FULL, 1, SESSION)).isEmpty();
    assertThat(failures.toTell(STOPPED, 2, SESSION))
        .contains(
            "The guest's disk could not be written: Input/output error. The guest is paused; when"
                + " it is let run this is tried again. Complete nodes are safe; if it does not mend"
                + " itself, go back to one.");
    assertThat(failures.toTell(FULL, 2, SESSION)).isEmpty();
    assertThat(failures.toTell(FULL, 3, SESSION)).isPresent();
  }

  @Test
  void whatTheGuestWasToldIsToldOnceForEachDisk() {
    assertThat(failures.toTell(REPORTED, 1, SESSION))
        .contains(
            "The guest's disk ide0-hd0 could not be read: Input/output error. The guest was told"
                + " so. Complete nodes are safe; if it does not mend itself, go back to one.");
    assertThat(failures.toTell(REPORTED, 2, SESSION)).isEmpty();
    assertThat(
            failures.toTell(
                new DiskFailure("ide0-hd0", true, false, false, "Input/output error"), 2, SESSION))
        .isPresent();
  }
}
