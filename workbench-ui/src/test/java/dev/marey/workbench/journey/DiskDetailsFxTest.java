package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A node's details say how much of a disk the guest had written by then.
 *
 * <p>Sabotage that fails it: the present's disk instead of the node's (S1 has something written);
 * blocks of zeroes not counted; no disks in the details.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class DiskDetailsFxTest extends WindowJourney {

  @Override
  RealWindow begin() throws Exception {
    Path image = home.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(8_000 * 4096);
    }
    List<String> words = new ArrayList<>(List.of("run", "--"));
    words.addAll(TestGuests.demoCommandLine(256));
    words.addAll(List.of("-drive", "format=raw,if=virtio,file=" + image));
    return RealWindow.open(home, words.toArray(String[]::new));
  }

  @Test
  void whatTheGuestHasWrittenUpToANodeIsInItsDetails() {
    window.awaitConsole("prompt", words -> words.contain("demo#"));
    window.clickOn("#console");
    window.typeLine("disks");
    window.awaitConsole("a disk", words -> words.contain("vda 32000 KiB"));
    snapshot("S1");
    window.clickOn("#console");
    window.typeLine("dd if=/dev/zero of=/dev/vda bs=4096 count=1000 conv=fsync");
    window.awaitConsole("written", words -> words.contain("1000+0 records out"));
    snapshot("S2");

    window.clickOn("#node-S1");
    awaitDisk("disk.img, 32 MB, nothing of it written");
    window.clickOn("#node-S2");
    awaitDisk("disk.img, 32 MB, 4 MB of it written");
    window.stroke(KeyCode.ESCAPE);
    window.awaitGone("#session #fact-disk0");
    assertThat(window.seen("#session #fact-folder")).isTrue();
  }

  private void snapshot(String node) {
    window.shortcut(KeyCode.S);
    window.awaitTrue(
        node, () -> window.seen("#node-" + node) && !window.has("#node-" + node, "saving"));
  }

  private void awaitDisk(String words) {
    window.awaitTrue(words, () -> window.text("#session #fact-disk0").equals(words));
  }
}
