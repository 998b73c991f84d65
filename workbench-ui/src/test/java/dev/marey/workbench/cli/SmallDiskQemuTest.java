package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.workbench.Launcher;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that take no session, as the real program meets them in a process of its own. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class SmallDiskQemuTest {

  @TempDir Path folder;

  private String record(String mount, String option, String value) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(folder.resolve("mine").toString(), "--"));
    arguments.addAll(TestGuests.bareMetalCommandLine(64));
    arguments.addAll(List.of("-append", "d=2048,2048"));
    List<String> command = ChildJvm.command(Launcher.class, "record", option, value);
    command.addAll(arguments);
    Process process = ChildJvm.startWithMount(mount, folder, command);
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(1);
    assertThat(said).doesNotContain("\tat ");
    return said;
  }

  @Test
  void aFullDiskIsNamed() throws Exception {
    assertThat(record("mount -t tmpfs -o size=3m tmpfs \"$0\"", "--expect", "counter 5$"))
        .contains(
            "marey: S1 could not be saved: Could not write the page store ("
                + folder.resolve("mine/pages/0000001.pages")
                + "): the disk is full. Free some space and try again; what was stored before is"
                + " not affected.\n");
  }

  /**
   * Sabotage that fails it: ending the guest although its present could not be kept (it is not kept
   * once there is room).
   */
  @Test
  void aPresentThatHasNoRoomIsKeptOnceThereIsSome() throws Exception {
    Process process =
        run("mount -t tmpfs -o size=24m tmpfs \"$0\" && head -c 20M /dev/zero >\"$0/filler\"");
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      awaitLine(said, "counter 5");
      interrupt(process);
      awaitLine(said, "the disk is full. Free some space and try again");
      awaitLine(said, "tries again every 5 seconds. Ctrl+C, once more, ends the guest without");
      Files.delete(Path.of("/proc/" + process.pid() + "/root" + folder.resolve("filler")));
      awaitLine(said, "The present is kept as S");
      assertThat(process.waitFor()).isEqualTo(Interruption.SIGINT_EXIT_CODE);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whoGivesUpAPresentThatHasNoRoomEndsTheGuest() throws Exception {
    Process process = run("mount -t tmpfs -o size=3m tmpfs \"$0\"");
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      awaitLine(said, "counter 5");
      process.getOutputStream().write("off\n".getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
      awaitLine(said, "tries again every 5 seconds. Ctrl+C ends the guest without its present.");
      interrupt(process);
      awaitLine(said, "The guest is ended without its present; complete nodes are kept.");
      assertThat(process.waitFor()).isEqualTo(Interruption.SIGINT_EXIT_CODE);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process run(String mount) throws Exception {
    List<String> command =
        ChildJvm.command(
            Launcher.class, "run", "--headless", folder.resolve("mine").toString(), "--");
    command.addAll(TestGuests.bareMetalCommandLine(64));
    command.addAll(List.of("-append", "d=2048,2048"));
    return ChildJvm.startWithMount(mount, folder, command);
  }

  private static void awaitLine(BufferedReader said, String words) throws Exception {
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      all.append(line).append('\n');
      if (line.contains(words)) {
        return;
      }
    }
    throw new AssertionError("It ended without saying \"" + words + "\":\n" + all);
  }

  private static void interrupt(Process process) throws Exception {
    assertThat(new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor()).isZero();
  }

  @Test
  void aReadOnlyDiskIsNamed() throws Exception {
    assertThat(
            record("mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\"", "--count", "1"))
        .isEqualTo(
            "marey: Could not create a session ("
                + folder.resolve("mine")
                + "): the file system is read-only. Copy the session to a writable place.\n");
  }
}
