package dev.marey.machine.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class VmStateImageQemuTest {

  @TempDir Path folder;

  @Test
  void registersAreEqualBeforeAndAfterALoadIntoTheRunningQemu() throws Exception {
    try (TestQemu qemu = startGuest()) {
      qemu.stop();
      String before = qemu.registers();
      DeviceState state = qemu.migrate();
      qemu.resume();
      awaitOtherRegisters(qemu, before);
      qemu.stop();
      qemu.load(VmStateImage.write(folder.resolve("a.qcow2"), state, "node"));
      assertThat(qemu.registers()).isEqualTo(before);
    }
  }

  @Test
  void aSplicedStateLoadsIntoTheRunningQemu() throws Exception {
    try (TestQemu qemu = startGuest()) {
      qemu.stop();
      StateSplice splice = StateSplice.of(qemu.migrate());
      String before = qemu.registers();
      qemu.resume();
      awaitOtherRegisters(qemu, before);
      qemu.stop();
      String atSave = qemu.registers();
      DeviceState state = splice.splice(ByteBuffer.wrap(qemu.fastState()));
      qemu.resume();
      awaitOtherRegisters(qemu, atSave);
      qemu.stop();
      qemu.load(VmStateImage.write(folder.resolve("b.qcow2"), state, "a name, with ünicode"));
      assertThat(qemu.registers()).isEqualTo(atSave).isNotEqualTo(before);
    }
  }

  @Test
  void aSplicedStateLoadsIntoAStandby() throws Exception {
    Path ram = TestQemu.ram(folder.resolve("ram"));
    Path floppy = BootSector.write(folder.resolve("floppy"));
    TestQemu.Setup setup =
        TestQemu.Setup.pc(
            ram, "-drive", "if=floppy,format=raw,read-only=on,file=" + floppy, "-vga", "std");
    String atSave;
    DeviceState state;
    try (TestQemu qemu = TestQemu.start(folder, setup)) {
      qemu.awaitDebugConsole("U");
      qemu.stop();
      StateSplice splice = StateSplice.of(qemu.migrate());
      qemu.resume();
      qemu.stop();
      atSave = qemu.registers();
      state = splice.splice(ByteBuffer.wrap(qemu.fastState()));
    }
    try (TestQemu standby = TestQemu.start(folder, setup.standby(ram))) {
      standby.incoming(state);
      standby.stop();
      assertThat(standby.registers()).isEqualTo(atSave);
      standby.resume();
      awaitOtherRegisters(standby, atSave);
    }
  }

  @Test
  void qemuImgFindsTheImageCleanAndListsTheSnapshot() throws Exception {
    byte[] bytes = new byte[3_000_000];
    new Random(7).nextBytes(bytes);
    for (int length : new int[] {1, 65_535, 65_536, 65_537, 3_000_000}) {
      DeviceState state = DeviceState.of(ByteBuffer.wrap(bytes, 0, length));
      Path file = VmStateImage.write(folder.resolve("image.qcow2"), state, "node-12").file();
      assertThat(run("qemu-img", "check", file.toString())).contains("No errors were found");
      assertThat(run("qemu-img", "snapshot", "-l", file.toString())).contains("node-12");
    }
  }

  private TestQemu startGuest() throws Exception {
    Path ram = TestQemu.ram(folder.resolve("ram"));
    Path floppy = BootSector.write(folder.resolve("floppy"));
    TestQemu qemu =
        TestQemu.start(
            folder,
            TestQemu.Setup.pc(
                ram, "-drive", "if=floppy,format=raw,read-only=on,file=" + floppy, "-smp", "2"));
    qemu.awaitDebugConsole("U");
    return qemu;
  }

  private static void awaitOtherRegisters(TestQemu qemu, String registers) {
    Awaitility.await().until(() -> !qemu.registers().equals(registers));
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
