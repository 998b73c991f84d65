package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.CommandLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the guest that are not what they were when its session is opened again. */
final class GuestFilesTest {

  @TempDir Path folder;

  private Path kernel = Path.of("");
  private Path disk = Path.of("");
  private Path session = Path.of("");

  @BeforeEach
  void makeSession() throws Exception {
    kernel = Files.writeString(folder.resolve("kernel,a=b"), "kernel");
    disk = Files.write(folder.resolve("disk.img"), new byte[65536]);
    session = folder.resolve("session");
    List<String> line =
        List.of(
            "qemu-system-x86_64",
            "-m",
            "32",
            "-kernel",
            kernel.toString(),
            "-drive",
            "file=" + disk + ",format=raw,if=virtio");
    Session.create(session, CommandLine.of(line).accept()).close();
  }

  private List<String> problemsAtOpening() throws SnapshotException {
    try (Session open = Session.open(session)) {
      assertThat(open.timeline().nodes()).isEmpty();
      return open.problems();
    }
  }

  private static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
  }

  @Test
  void aFileWithTheSameContentIsTheSame() throws Exception {
    assertThat(problemsAtOpening()).isEmpty();
    touch(kernel);
    touch(disk);
    assertThat(problemsAtOpening()).isEmpty();
    Path copy = Files.copy(kernel, folder.resolve("copy"));
    Files.move(copy, kernel, StandardCopyOption.REPLACE_EXISTING);
    assertThat(problemsAtOpening()).isEmpty();
  }

  @Test
  void aChangedKernelIsNamed() throws Exception {
    Files.writeString(kernel, "lenrek");
    touch(kernel);
    assertThat(problemsAtOpening())
        .containsExactly(
            "The guest's file "
                + kernel
                + " has changed since the session was made. Snapshots can be looked at and go on with"
                + " what they have in memory; a boot uses the new file.");
  }

  @Test
  void aDisksImageOfTheSameLengthButOtherContentIsNamed() throws Exception {
    byte[] other = new byte[65536];
    other[40_000] = 1;
    Files.write(disk, other);
    touch(disk);
    assertThat(problemsAtOpening())
        .containsExactly(
            "The guest's file "
                + disk
                + " has changed since the session was made. What the guest never wrote to this disk"
                + " is read from it, so its snapshots are not what they were: put the old file back.");
  }

  @Test
  void aFileThatIsGoneIsNamed() throws Exception {
    Files.delete(kernel);
    assertThat(problemsAtOpening())
        .containsExactly(
            "The guest's file "
                + kernel
                + " is not there any more. Snapshots can be looked at; to let the guest run, put it"
                + " back.");
  }

  @Test
  void aSessionFromBeforeFilesWereNotedOpensWithoutAComplaint() throws Exception {
    Files.delete(session.resolve("files"));
    Files.delete(kernel);
    assertThat(problemsAtOpening()).isEmpty();
  }
}
