package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.testing.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(200)
final class FullDiskQemuTest {

  @TempDir Path temporary;

  @Test
  void aFullDiskFailsNodesAloneAndTheNextOneWithRoomIsExact() throws Exception {
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
    if (!"root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("--user", "--map-root-user"));
    }
    command.addAll(
        List.of("sh", "-c", "mount -t tmpfs -o size=64m tmpfs \"$0\" && exec \"$@\"", "" + disk));
    command.addAll(ChildJvm.command(FullDiskGuest.class, disk.toString(), temporary.toString()));
    Process child =
        new ProcessBuilder(command).redirectError(temporary.resolve("log").toFile()).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> said = ChildJvm.said(output);
    assertThat(said)
        .as(Files.readString(temporary.resolve("log")))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("failed 1"),
            line ->
                assertThat(line)
                    .startsWith("Automatic snapshots have stopped: ")
                    .endsWith(
                        "the disk is full. Free some space and try again; what was stored before"
                            + " is not affected. Switch them on again when that is mended."),
            line -> assertThat(line).isEqualTo("revert: the disk is full"),
            line -> assertThat(line).isEqualTo("keep: the disk is full"),
            line -> assertThat(line).isEqualTo("failed twice: true"),
            line -> assertThat(line).isEqualTo("exact"),
            line ->
                assertThat(line)
                    .startsWith(
                        "What the guest prints is not kept for its nodes: Could not write the"
                            + " console transcript ")
                    .contains("the disk is full. Free some space")
                    .endsWith(" The console itself goes on."),
            line -> assertThat(line).isEqualTo("paused: the disk is full"),
            line -> assertThat(line).isEqualTo("paused: the disk is full"),
            line -> assertThat(line).isEqualTo("exact"),
            line -> assertThat(line).isEqualTo("damaged 0"));
    assertThat(child.waitFor()).isZero();
  }
}
