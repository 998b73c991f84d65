package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.PageNumber;
import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.snapshot.testing.RandomPages;
import dev.marey.snapshot.testing.SmallSession;
import dev.marey.workbench.Launcher;
import dev.marey.workbench.engine.EngineSessions;
import dev.marey.workbench.session.OpenSession;
import dev.marey.workbench.tasks.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session on a file system that really is read-only. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ReadOnlyPlaceTest {

  @TempDir Path folder;
  @TempDir Path elsewhere;

  @BeforeEach
  void makeSession() throws Exception {
    SmallSession.withTwoNodes(folder.resolve("mine")).close();
  }

  private String run(int exitCode, String... words) throws Exception {
    return runMain(Launcher.class, exitCode, words);
  }

  private String runMain(Class<?> main, int exitCode, String... words) throws Exception {
    List<String> command = new ArrayList<>(ChildJvm.command(main, words));
    Process process =
        ChildJvm.startWithMount(
            "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\"", folder, command);
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(exitCode);
    return said;
  }

  /** Sabotage that fails it: opening it to write, as the commands do elsewhere. */
  @Test
  void itIsReadWithoutAWord() throws Exception {
    String mine = folder.resolve("mine").toString();
    assertThat(run(0, "verify", "--json", mine)).isEqualTo("{\"nodes\":2,\"damaged\":[]}\n");
    Path raw = elsewhere.resolve("S2.raw");
    assertThat(run(0, "export", mine, "S2", "--as", "raw", raw.toString())).contains("S2.raw");
    byte[] page = new byte[4096];
    RandomPages.page(1003).get(page);
    assertThat(Arrays.copyOfRange(Files.readAllBytes(raw), 3 * 4096, 4 * 4096)).isEqualTo(page);
    assertThat(run(0, "log", "--json", mine)).contains("\"node\":\"S2\"");
  }

  /** What the window does when it opens a session. */
  static final class Look {

    private Look() {}

    public static void main(String[] words) throws Exception {
      Progress progress =
          new Progress() {
            @Override
            public void update(double fraction, String message) {}

            @Override
            public boolean cancelled() {
              return false;
            }
          };
      EngineSessions sessions = new EngineSessions(Path.of(words[1]));
      try (OpenSession open = sessions.resume(Path.of(words[0]), progress)) {
        byte[] page = new byte[4096];
        open.ramOf(open.find("S2").id()).readPage(new PageNumber(3), page);
        byte[] expected = new byte[4096];
        RandomPages.page(1003).get(expected);
        System.out.println(Arrays.equals(page, expected));
        System.out.println(open.withoutGuest().orElse("a guest"));
      }
    }
  }

  /** Sabotage that fails it: a window that opens sessions to write or not at all. */
  @Test
  void theWindowOpensItToBeLookedAt() throws Exception {
    assertThat(
            runMain(Look.class, 0, folder.resolve("mine").toString(), elsewhere.toString()).lines())
        .satisfiesExactly(
            same -> assertThat(same).isEqualTo("true"),
            why -> assertThat(why).contains("the file system is read-only."));
  }

  @Test
  void whatNeedsToWriteSaysWhy() throws Exception {
    String mine = folder.resolve("mine").toString();
    assertThat(run(1, "revert", mine, "S1"))
        .contains("the file system is read-only. Copy the session to a writable place.");
    assertThat(run(1, "gc", mine))
        .contains("the file system is read-only. Copy the session to a writable place.");
    assertThat(run(1, "mark", mine, "S1", "--pin"))
        .contains("the file system is read-only. Copy the session to a writable place.");
  }
}
