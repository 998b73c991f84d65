package dev.marey.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.diff.testing.PrivateDisplay;
import dev.marey.snapshot.testing.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real program in a process of its own, on a display of the tests. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class LauncherTest {

  /** Sabotage that fails it: a window for every line that begins with run. */
  @Test
  void wrongWordsEndTheProgramAndOpenNoWindow() throws Exception {
    try (PrivateDisplay display = PrivateDisplay.start(System.getenv("PATH"))) {
      assertThat(run(display.environment(), "run", "--demo", "--hedless"))
          .isEqualTo(
              new Ended(
                  2,
                  """
                  marey: Unknown option: '--hedless'.
                  Possible solutions: --headless, --help
                  See: marey run --help
                  """));
    }
  }

  @Test
  void aDisplayThatIsNotThereIsNamed() throws Exception {
    Ended ended = run(Map.of("DISPLAY", ":none"));
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.said())
        .isEqualTo(
            "marey: The window cannot be opened: Unable to open DISPLAY. Check what the variable"
                + " DISPLAY says, or see marey --help for what works without a display.\n");
  }

  private record Ended(int exitCode, String said) {}

  private static Ended run(Map<String, String> environment, String... arguments) throws Exception {
    ProcessBuilder program = new ProcessBuilder(ChildJvm.command(Launcher.class, arguments));
    program.environment().putAll(environment);
    Process process = program.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }
}
