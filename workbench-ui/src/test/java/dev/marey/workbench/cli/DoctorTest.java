package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.guest.PreparedGuests;
import dev.marey.uffd.UnavailabilityCause;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoctorTest {

  @TempDir Path folder;

  @Test
  void anOldKernelAndAnotherSystemAreMissing() {
    assertThat(Doctor.kernel("Linux", "6.1.0-44-amd64").ok()).isTrue();
    assertThat(Doctor.kernel("Linux", "5.19.0").ok()).isTrue();
    assertThat(Doctor.kernel("Linux", "5.10.0-28-amd64"))
        .isEqualTo(
            Check.missing(
                "kernel",
                true,
                "Linux 5.10.0-28-amd64",
                "Use Linux 5.19 or newer: it can write-protect shared memory. Debian 12 has 6.1."));
    assertThat(Doctor.kernel("Mac OS X", "14.1").ok()).isFalse();
  }

  @Test
  void aRefusedUserfaultfdComesWithItsRemedy() {
    UnavailabilityCause cause =
        new UnavailabilityCause(UnavailabilityCause.Reason.NOT_PERMITTED, "no", "do this");
    assertThat(Doctor.userfaultfd(Optional.of(cause)))
        .isEqualTo(Check.missing("userfaultfd", true, "no", "do this"));
  }

  @Test
  void aMissingQemuIsRequiredAndAMissingGdbIsNot() {
    assertThat(Doctor.qemu("no-such-qemu"))
        .isEqualTo(
            Check.missing(
                "qemu",
                true,
                "There is no program named no-such-qemu on the PATH. Install QEMU (Debian: apt"
                    + " install qemu-system-x86) or give its full path.",
                "Needed: QEMU 7.2 or newer for x86-64."));
    assertThat(Doctor.gdb("no-such-gdb"))
        .isEqualTo(
            Check.missing(
                "gdb",
                false,
                "there is no gdb on the PATH",
                "Install it to debug guests (Debian: apt install gdb)."));
  }

  @Test
  void aDiskThatIsTooSmallIsMissing() {
    assertThat(Doctor.disk(folder.resolve("not/yet/there"), 1).ok()).isTrue();
    Check check = Doctor.disk(folder, Long.MAX_VALUE);
    assertThat(check.ok()).isFalse();
    assertThat(check.remedy())
        .startsWith("Free at least ")
        .endsWith("XDG_DATA_HOME to a bigger disk.");
  }

  @Test
  void missingGuestsAreReportedWithTheCommandThatPreparesThem() {
    assertThat(Doctor.guests(() -> PreparedGuests.find(Map.of(), folder)))
        .isEqualTo(
            Check.missing(
                "guests",
                false,
                "The demo and test guests were looked for in "
                    + folder
                    + "/.cache/marey/guests/current and are not there.",
                "Prepare them with: ./marey guests"));
  }
}
