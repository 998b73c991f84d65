package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.testing.TestGuests;
import dev.marey.snapshot.testing.ChildJvm;
import dev.marey.workbench.Launcher;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A headless guest in a real terminal, and behind a pipe. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class TerminalQemuTest {

  @TempDir Path folder;

  private List<String> run() {
    List<String> run = ChildJvm.command(Launcher.class, "run", "--headless", "mine", "--");
    run.addAll(TestGuests.bareMetalCommandLine(64));
    return run;
  }

  /** Reads on until the text ends so. */
  private static String readTo(Reader reader, StringBuilder all, String end) throws Exception {
    int from = all.length();
    while (all.indexOf(end, from) < 0) {
      int read = reader.read();
      assertThat(read).as("%s before %s", all, end).isNotNegative();
      all.append((char) read);
    }
    return all.substring(from);
  }

  private static void type(OutputStream keys, String text) throws Exception {
    keys.write(text.getBytes(StandardCharsets.US_ASCII));
    keys.flush();
  }

  @Test
  void whatComesThroughAPipeIsTyped() throws Exception {
    Process process =
        new ProcessBuilder(run())
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (Reader out = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8);
        OutputStream keys = process.getOutputStream()) {
      StringBuilder all = new StringBuilder();
      readTo(out, all, "counter 1");
      type(keys, "w 0x500000 0xc0ffee\n");
      readTo(out, all, "w 0x500000 = 0xc0ffee");
      type(keys, "off\n");
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Sabotage that fails it: not taking the terminal (the keys are echoed, and nothing arrives
   * before Enter), not giving it back (it has no echo afterwards), passing Ctrl+C on to the guest.
   */
  @Test
  void aTerminalPassesEachKeyOnAndIsGivenBackAfterCtrlC() throws Exception {
    String quoted =
        run().stream().map(word -> "'" + word + "'").collect(Collectors.joining(" ", "", "; "));
    List<String> command = new ArrayList<>(List.of("script", "-qec"));
    // Ctrl+C reaches the shell too, and script drops what it has not read when the shell ends
    command.add("trap : INT; " + quoted + "echo exit $?; stty -a; read end");
    command.add("/dev/null");
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    try (InputStream stream = process.getInputStream();
        Reader out = new InputStreamReader(stream, StandardCharsets.UTF_8);
        OutputStream keys = process.getOutputStream()) {
      StringBuilder all = new StringBuilder();
      readTo(out, all, "Ctrl+C ends the guest and keeps its present as a node.");
      readTo(out, all, "counter 1");
      type(keys, "q 1\r");
      readTo(out, all, "q 1");
      type(keys, "r 0x500000\r");
      String answer = readTo(out, all, "r 0x500000 = 0x0");
      assertThat(answer.split("r 0x500000", -1)).as(answer).hasSize(2);
      type(keys, "\u0003");
      readTo(out, all, "The present is kept as S1.");
      readTo(out, all, "exit 130");
      String settings = readTo(out, all, "echoctl");
      assertThat(settings).containsPattern("[ ;]icanon").containsPattern("[ ;\n]echo ");
    } finally {
      process.destroyForcibly();
    }
  }
}
