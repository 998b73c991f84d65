package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class TourQemuTest {

  @TempDir Path folder;

  /** Sabotage that fails it: a revert that does nothing, a diff off by a page. */
  @Test
  @Timeout(value = 180, unit = TimeUnit.SECONDS)
  void theTourSeesWhatTheGuestSaysAndLeavesASession() {
    Marey marey = new Marey(folder);
    Marey.Result tour = marey.run("tour").succeeded();
    assertThat(tour.out())
        .containsPattern(
            "scribble: 0x5c21bb1e00000001 at 0x[0-9a-f]+, bytes 01 00 00 00 1e bb 21 5c")
        .contains("     after   01 00 00 00 1e bb 21 5c   just what the guest printed")
        .contains("the value is gone")
        .containsPattern("brought S3 “counting” back from disk: running after ")
        .contains("All as it should be, in ");
    String name = folder.resolve("data/sessions").toFile().list()[0];
    assertThat(tour.out()).contains("\n  marey log " + folder.resolve("data/sessions/" + name));
    assertThat(marey.run("log", "--json", name).succeeded().json())
        .extracting(node -> node.get("label").asText())
        .containsExactly("before", "after", "counting", "");
    assertThat(marey.run("log", name).succeeded().out())
        .contains("TREE  NODE")
        .contains("[kept present]");
  }
}
