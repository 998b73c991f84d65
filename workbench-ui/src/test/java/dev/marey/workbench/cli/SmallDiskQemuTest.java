package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.workbench.Launcher;
import java.nio.charset.StandardCharsets;
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
