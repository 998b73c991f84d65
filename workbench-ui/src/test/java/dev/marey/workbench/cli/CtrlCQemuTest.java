package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.workbench.Launcher;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real program in a process of its own, with a real signal to its whole process group. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CtrlCQemuTest {

  @TempDir Path folder;

  /** Sabotage that fails it: a shutdown hook that kills QEMU, a QEMU in the terminal's group. */
  @Test
  void ctrlCDuringRecordKeepsCompleteNodesAndClosesInOrder() throws Exception {
    List<String> record = new ArrayList<>();
    record.addAll(List.of("--every", "200ms", "--count", "1000", "--json", "mine", "--"));
    record.addAll(TestGuests.bareMetalCommandLine(64));
    int nodes = interruptAfterLines(2, "record", record);
    Marey.Result verified = new Marey(folder).run("verify", "--json", "mine").succeeded();
    assertThat(verified.json().get(0).get("nodes").asInt()).isEqualTo(nodes);
  }

  @Test
  void ctrlCDuringAHeadlessRunKeepsThePresent() throws Exception {
    List<String> run = new ArrayList<>(List.of("--headless", "--json", "mine", "--"));
    run.addAll(TestGuests.bareMetalCommandLine(64));
    interruptAfterLines(3, "run", run);
    assertThat(new Marey(folder).run("log", "--json", "mine").succeeded().json())
        .extracting(node -> node.get("origin").asText())
        .containsExactly("kept_present");
  }

  /**
   * Starts it in a process group of its own, as a shell does. Returns how many lines it printed.
   */
  private int interruptAfterLines(int wanted, String command, List<String> arguments)
      throws Exception {
    List<String> line = new ArrayList<>();
    line.add("setsid");
    line.addAll(ChildJvm.command(Launcher.class, command));
    line.addAll(arguments);
    Process process =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    int lines = 0;
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      while (output.readLine() != null) {
        if (++lines == wanted) {
          Process kill =
              new ProcessBuilder("kill", "-INT", "--", "-" + process.pid()).inheritIO().start();
          assertThat(kill.waitFor()).isZero();
        }
      }
      assertThat(process.waitFor()).isEqualTo(Interruption.SIGINT_EXIT_CODE);
    } finally {
      process.destroyForcibly();
    }
    return lines;
  }
}
