package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bad input gets a clear error on standard error, exit code 1, and leaves nothing behind. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class BadInputQemuTest {

  private static final String ELSEWHERE =
      "The guest can write this disk, and Marey captures only disks that are files of this machine."
          + " What the guest writes elsewhere would not go back with its RAM.";
  private static final String UNUSABLE = "This command line cannot be used in Marey as it is:\n";

  @TempDir Path folder;

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(folder.resolve("mine")).doesNotExist();
  }

  private String record(List<String> qemu) {
    List<String> line = new ArrayList<>(List.of("record", "--json", "mine", "--"));
    line.addAll(qemu);
    Marey.Result result = new Marey(folder).run(line);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).doesNotContain("\tat ", "Exception");
    return result.err();
  }

  private String recordWith(String... options) {
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(64));
    line.addAll(List.of(options));
    return record(line);
  }

  @Test
  void aMissingQemuIsNamed() {
    assertThat(record(List.of("/nowhere/qemu-system-x86_64", "-m", "64M")))
        .isEqualTo(
            "marey: "
                + UNUSABLE
                + "/nowhere/qemu-system-x86_64: There is no program at"
                + " /nowhere/qemu-system-x86_64. Check the first word of the command line. \n");
  }

  @Test
  void aQemuThatIsTooOldIsNamed() throws Exception {
    Path source = folder.resolve("old.c");
    Path program = folder.resolve("qemu-system-x86_64");
    Files.writeString(
        source,
        """
        #include <stdio.h>
        #include <string.h>
        int main(void) {
          char line[4096];
          puts("{\\"QMP\\": {}}");
          while (fgets(line, sizeof line, stdin) && !strstr(line, "quit")) { }
          puts("{\\"return\\": {\\"qemu\\": {\\"major\\": 6, \\"minor\\": 2, \\"micro\\": 0}}, \\"id\\": \\"version\\"}");
          puts("{\\"return\\": {\\"arch\\": \\"x86_64\\"}, \\"id\\": \\"target\\"}");
          puts("{\\"return\\": [], \\"id\\": \\"machines\\"}");
          return 0;
        }
        """);
    Process cc = new ProcessBuilder("cc", "-o", program.toString(), source.toString()).start();
    assertThat(cc.waitFor()).isZero();
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(64));
    line.set(0, program.toString());
    assertThat(record(line))
        .isEqualTo(
            "marey: "
                + program
                + " is QEMU 6.2.0. Marey needs 7.2 or newer: Debian 12 has it (apt install"
                + " qemu-system-x86).\n");
  }

  @Test
  void aQemuThatDiesAtStartIsQuoted() {
    assertThat(recordWith("-device", "nosuchdevice"))
        .isEqualTo(
            "marey: Starting the guest failed. QEMU ended with exit code 1. It said:"
                + " qemu-system-x86_64: -device nosuchdevice: 'nosuchdevice' is not a valid device"
                + " model name\n");
  }

  @Test
  void everythingThatCannotBeCombinedIsNamedAtOnce() throws IOException {
    String said =
        recordWith(
            "-enable-kvm",
            "-incoming",
            "defer",
            "-mem-path",
            "/dev/hugepages",
            "-object",
            "memory-backend-file,id=m,size=64M,mem-path=/dev/hugepages",
            "-netdev",
            "tap,id=n,vhost=on",
            "-device",
            "vfio-pci,host=0:0.1",
            "-device",
            "virtio-balloon",
            "-overcommit",
            "mem-lock=on",
            "-daemonize",
            "-drive",
            "file=nbd://127.0.0.1/disk,format=raw",
            "-drive",
            "file=fat:rw:" + folder);
    assertThat(said)
        .startsWith("marey: " + UNUSABLE)
        .contains(
            "-enable-kvm: KVM writes guest RAM past what Marey watches. Remove it: Marey runs guests"
                + " with TCG.\n",
            "-incoming defer: What a guest starts from is decided by Marey. Remove it and boot the"
                + " guest.\n",
            "-mem-path /dev/hugepages: Guest RAM is Marey's own memory: that is how it is captured."
                + " Remove it.\n",
            "-object memory-backend-file,id=m,size=64M,mem-path=/dev/hugepages: Guest RAM is Marey's"
                + " own memory: that is how it is captured. Remove it and give the size with -m.\n",
            "-netdev tap,id=n,vhost=on: Vhost writes guest RAM past what Marey watches.",
            "-device vfio-pci,host=0:0.1: It writes guest RAM, or takes pages from it, past what"
                + " Marey watches. Remove it.\n",
            "-device virtio-balloon: It writes guest RAM, or takes pages from it, past what Marey"
                + " watches. Remove it.\n",
            "-overcommit mem-lock=on: Locked pages are not given back, and a lazy revert fetches"
                + " pages anew. Write mem-lock=off, or leave it out.\n",
            "-daemonize: The process Marey watches would end at once. Remove it.\n",
            "-drive file=nbd://127.0.0.1/disk,format=raw: " + ELSEWHERE,
            "-drive file=fat:rw:" + folder + ": " + ELSEWHERE);
    assertThat(said.lines()).hasSize(12);
  }

  @Test
  void aWrapperScriptIsRefused() throws IOException {
    Path wrapper =
        Files.createFile(
            folder.resolve("my-qemu"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.writeString(wrapper, "#!/bin/sh\nexec qemu-system-x86_64 \"$@\"\n");
    assertThat(record(List.of("./my-qemu", "-m", "64M")))
        .isEqualTo(
            "marey: "
                + UNUSABLE
                + "./my-qemu: "
                + wrapper
                + " is a script; Marey's part inside QEMU would land in the script's shell. Begin"
                + " the line with the qemu-system-x86_64 it starts, and its options.\n");
  }

  @Test
  void missingFilesAreNamed() {
    assertThat(
            record(
                List.of(
                    "qemu-system-x86_64",
                    "-kernel",
                    "/nowhere/vmlinuz",
                    "-drive",
                    "file=/nowhere/d.qcow2,format=qcow2,readonly=on")))
        .isEqualTo(
            "marey: "
                + UNUSABLE
                + "-kernel /nowhere/vmlinuz: There is no file /nowhere/vmlinuz. Check the name.\n"
                + "-drive file=/nowhere/d.qcow2,format=qcow2,readonly=on: There is no file"
                + " /nowhere/d.qcow2. Check the name.\n");
  }

  @Test
  void aSessionInUseIsNotOpened() throws Exception {
    List<String> line =
        new ArrayList<>(List.of("record", "--count", "1", "--every", "200ms", "used", "--"));
    line.addAll(TestGuests.bareMetalCommandLine(64));
    Marey marey = new Marey(folder);
    marey.run(line).succeeded();
    try (Session held = Session.open(folder.resolve("used"))) {
      assertThat(marey.run("revert", held.path().toString(), "S1"))
          .isEqualTo(
              new Marey.Result(
                  1,
                  "",
                  "marey: Could not open the session "
                      + held.path()
                      + ": it is in use by this program. Close it there, then try again.\n"));
    }
  }

  @Test
  void aFolderThatIsNotEmptyIsRefused() throws IOException, SnapshotException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.createFile(other.resolve("precious"));
    Marey.Result result = new Marey(folder).run("record", "--demo", "other");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            "marey: Could not create a session in "
                + other
                + ": the folder is not empty. Choose another one.\n");
    assertThat(other.resolve("precious")).exists();
  }
}
