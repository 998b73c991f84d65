package dev.marey.machine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class QemuBinaryQemuTest {

  @TempDir Path folder;

  // more than once: whether it ends before or while it is asked is a matter of luck
  @RepeatedTest(20)
  void aProgramThatIsNoQemuIsQuoted() {
    assertThatThrownBy(() -> QemuBinary.probe(Path.of("/bin/echo")))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("/bin/echo does not answer as a QEMU system emulator does")
        .hasMessageContaining("-machine none");
  }

  /** The real QEMU, with its answers changed as another program would give them. */
  private Path qemuThatSays(String sed) throws IOException {
    Path script = folder.resolve("qemu-system-x86_64");
    Files.writeString(script, "#!/bin/sh\nqemu-system-x86_64 \"$@\" | sed -u '" + sed + "'\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aQemuForAnotherProcessorIsNamed() throws IOException {
    Path qemu = qemuThatSays("s/\"arch\": \"x86_64\"/\"arch\": \"aarch64\"/");
    assertThatThrownBy(() -> QemuBinary.probe(qemu))
        .isInstanceOf(MachineException.class)
        .hasMessage(
            qemu + " emulates aarch64. Marey reads x86-64 guests only: use qemu-system-x86_64.");
  }

  @Test
  void aQemuThatIsTooOldIsNamed() throws IOException {
    Path qemu =
        qemuThatSays(
            "s/\"micro\": [0-9]*, \"minor\": [0-9]*, \"major\": [0-9]*/\"micro\": 5, \"minor\":"
                + " 1, \"major\": 7/");
    assertThatThrownBy(() -> QemuBinary.probe(qemu))
        .isInstanceOf(MachineException.class)
        .hasMessage(
            qemu
                + " is QEMU 7.1.5. Marey needs 7.2 or newer: Debian 12 has it (apt install"
                + " qemu-system-x86).");
  }
}
