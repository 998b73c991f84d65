package dev.marey.workbench.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A node exported by its menu, while the guest runs.
 *
 * <p>Sabotage that fails it: the present exported instead of the node (the counter in the file goes
 * on); an export that tells nothing.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ExportFxTest extends WindowJourney {

  @Override
  RealWindow begin() {
    return withBareMetal();
  }

  @Test
  void theMemoryOfANodeIsInTheFileThatWasNamed() throws Exception {
    int before = counter(window.console());
    window.shortcut(KeyCode.S);
    window.awaitTrue("S1", () -> window.seen("#node-S1") && !window.has("#node-S1", "saving"));
    int after = counter(window.console());
    window.awaitConsole("going on", said -> counter(said) > after + 2);
    Path file = home.resolve("s1.raw");

    window.rightClickOn("#node-S1");
    window.awaitSeen("Export…");
    window.clickOn("Export…");
    window.awaitSeen("#export-form");
    assertThat(suggested()).endsWith("/S1.stream");
    window.clickOn("#export-form");
    window.awaitSeen("raw memory");
    window.clickOn("raw memory");
    assertThat(suggested()).endsWith("/S1.raw");
    RealWindow.onFx(
        () -> {
          window.lookup("#export-file").queryAs(TextField.class).setText(file.toString());
          return file;
        });
    window.clickOn("#export-begin");
    window.awaitSeen("#export-copy");
    assertThat(counterIn(file)).isBetween(before, after + 1);
  }

  private String suggested() {
    return RealWindow.onFx(() -> window.lookup("#export-file").queryAs(TextField.class).getText());
  }

  private static int counter(GuestWords said) {
    return Integer.parseInt(last("counter (\\d+)", said));
  }

  private static String last(String pattern, GuestWords said) {
    return Pattern.compile(pattern)
        .matcher(said.text())
        .results()
        .map(found -> found.group(1))
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  private int counterIn(Path file) throws IOException {
    int address = Integer.decode(last("counter at (0x[0-9a-f]+)", window.console()));
    ByteBuffer number = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file)) {
      assertThat(channel.size()).isEqualTo(64L << 20);
      assertThat(channel.read(number, address)).isEqualTo(Integer.BYTES);
    }
    return number.getInt(0);
  }
}
