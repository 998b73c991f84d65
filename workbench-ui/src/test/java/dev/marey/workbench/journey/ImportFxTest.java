package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.ShellQuoting;
import dev.marey.machine.testing.TestGuests;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javafx.scene.control.TextField;
import org.awaitility.Awaitility;
import org.fxmisc.richtext.CodeArea;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A stream that a stock QEMU has written becomes a session, from the start page.
 *
 * <p>Sabotage that fails it: booting the pasted line (the counter begins again).
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ImportFxTest extends WindowJourney {

  private static final Pattern COUNTER = Pattern.compile("counter (\\d+)");

  @Override
  RealWindow begin() {
    return RealWindow.openStartPage(home);
  }

  @Test
  void theGuestOfAStreamGoesOnWhereItWas() throws Exception {
    Path stream = home.resolve("stream");
    int last = writeStream(stream);
    RealWindow.onFx(
        () -> {
          window
              .lookup("#paste-line")
              .queryAs(CodeArea.class)
              .replaceText(ShellQuoting.join(TestGuests.bareMetalCommandLine(64)));
          return last;
        });
    window.clickOn("#start-import");
    window.awaitSeen("#file-path");
    RealWindow.onFx(
        () -> {
          window.lookup("#file-path").queryAs(TextField.class).setText(stream.toString());
          return last;
        });
    window.clickOn("#file-done");
    window.awaitSeen("#node-S1");
    window.clickOn("#guest-run");
    GuestWords words = window.awaitConsole("counting", said -> said.contain("counter "));
    int first = COUNTER.matcher(words.text()).results().map(ImportFxTest::number).findFirst().get();
    assertThat(first).isBetween(last, last + 2);
  }

  /** Runs a QEMU that Marey knows nothing of; gives the last number that its guest counted to. */
  private int writeStream(Path stream) throws Exception {
    Path serial = home.resolve("serial");
    List<String> line = new ArrayList<>(TestGuests.bareMetalCommandLine(64));
    line.addAll(List.of("-display", "none", "-serial", "file:" + serial, "-monitor", "stdio"));
    Process qemu =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream monitor = qemu.getOutputStream()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> Files.exists(serial) && Files.readString(serial).contains("counter 7"));
      String words = "stop\nmigrate \"exec:cat >" + stream + "\"\nquit\n";
      monitor.write(words.getBytes(StandardCharsets.US_ASCII));
      monitor.flush();
      assertThat(qemu.waitFor()).isZero();
    } finally {
      qemu.destroyForcibly();
    }
    return COUNTER
        .matcher(Files.readString(serial))
        .results()
        .map(ImportFxTest::number)
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  private static int number(MatchResult match) {
    return Integer.parseInt(match.group(1));
  }
}
