package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marey.snapshot.Session;
import dev.marey.snapshot.testing.RandomPages;
import dev.marey.snapshot.testing.SmallSession;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GcCommandTest {

  private static final int LEFT = 500;

  @TempDir Path folder;
  private Marey marey = new Marey(Path.of(""));

  /** Two nodes, and pages that no node has. */
  @BeforeEach
  void makeSession() throws Exception {
    try (Session session = SmallSession.withTwoNodes(folder.resolve("mine"))) {
      for (int i = 0; i < LEFT; i++) {
        int unused = session.pages().put(RandomPages.page(50_000 + i));
      }
    }
    marey = new Marey(folder);
  }

  private long room() throws Exception {
    Process du = new ProcessBuilder("du", "-s", "-B1", folder.resolve("mine").toString()).start();
    String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(du.waitFor()).isZero();
    return Long.parseLong(said.substring(0, said.indexOf('\t')));
  }

  /** Sabotage that fails it: figures that are not those of the disk; freeing what nodes have. */
  @Test
  void whatNoNodeNeedsIsFreedAndCounted() throws Exception {
    long before = room();
    JsonNode freed = marey.run("gc", "--json", "mine").succeeded().json().get(0);
    long bytes = freed.get("bytes_freed").asLong();
    assertThat(bytes).isGreaterThan(LEFT * 1900L);
    assertThat(freed.get("bytes_before").asLong() - freed.get("bytes_after").asLong())
        .isEqualTo(bytes);
    assertThat(before - room()).isBetween(bytes * 9 / 10, bytes * 11 / 10);
    assertThat(marey.run("verify", "--json", "mine").succeeded().out())
        .isEqualTo("{\"nodes\":2,\"damaged\":[]}\n");
    assertThat(marey.run("gc", "mine").succeeded().out())
        .startsWith("Nothing to free: every page is needed by a node; the session took ");
  }

  @Test
  void whatWasFreedIsSaidInWords() {
    assertThat(marey.run("gc", "mine").succeeded().out())
        .matches("1\\.\\d MB freed; the session took 1\\.\\d MB, now \\d+ kB\\.\n");
  }

  @Test
  void aSessionThatIsInUseIsLeftAlone() throws Exception {
    try (Session session = Session.open(folder.resolve("mine"))) {
      assertThat(session.timeline().nodes()).hasSize(2);
      assertThat(marey.run("gc", "mine"))
          .isEqualTo(
              new Marey.Result(
                  1,
                  "",
                  "marey: Could not open the session "
                      + folder.resolve("mine")
                      + ": it is in use by this program. Close it there, then try again.\n"));
    }
  }
}
