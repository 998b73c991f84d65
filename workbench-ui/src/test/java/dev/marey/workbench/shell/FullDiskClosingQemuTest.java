package dev.marey.workbench.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.testing.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session closed on a disk that is really full, with a real guest. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class FullDiskClosingQemuTest {

  @TempDir Path disk;

  /**
   * Sabotage that fails it: ending the guest although its present could not be kept (it does not
   * run on), not trying again (there is no node of the present), leaving the failed attempts in the
   * timeline (two of them).
   */
  @Test
  void aGuestWhosePresentCannotBeKeptIsNotLost() throws Exception {
    Process child =
        ChildJvm.startWithMount(
            "mount -t tmpfs -o size=32m tmpfs \"$0\"",
            disk,
            ChildJvm.command(FullDiskClosing.class, disk.toString()));
    child.getOutputStream().close();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> said = ChildJvm.said(output);
    assertThat(said)
        .as(output)
        .containsExactly(
            "No space left on device",
            "asked, the disk is full",
            "cancelled",
            "RUNNING",
            "runs on",
            "asked, the disk is full",
            "ending paused",
            "closed",
            "kept KEPT_PRESENT COMPLETE, damaged 0",
            "1 in the timeline");
    assertThat(child.waitFor()).isZero();
  }
}
