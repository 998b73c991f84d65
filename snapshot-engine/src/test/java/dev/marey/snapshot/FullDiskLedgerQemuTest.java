package dev.marey.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.testing.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(200)
final class FullDiskLedgerQemuTest {

  @TempDir Path temporary;

  @Test
  void aGuestThatCannotWriteItsDiskIsPausedAndGoesOnUnharmedWhenThereIsRoom() throws Exception {
    Path disk = Files.createDirectory(temporary.resolve("disk"));
    Process child =
        ChildJvm.startWithMount(
            "mount -t tmpfs -o size=128m tmpfs \"$0\"",
            disk,
            ChildJvm.command(FullDiskLedger.class, disk.toString(), temporary.toString()));
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> said = ChildJvm.said(output);
    assertThat(said)
        .as(output)
        .containsExactly(
            "The guest's disk could not be written: the disk that holds the session "
                + disk.resolve("session")
                + " is full. The guest is paused and has lost nothing. Make room, then let it run.",
            "running: PAUSED",
            "no node",
            "again: true",
            "ledger intact",
            "damaged 0");
    assertThat(child.waitFor()).isZero();
  }
}
