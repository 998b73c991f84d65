package dev.marey.workbench.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
final class ConsoleTtyTest {

  private final ConsoleTty tty = new ConsoleTty(keys -> {});

  private String read() throws IOException {
    char[] buffer = new char[64];
    int count = tty.read(buffer, 0, buffer.length);
    return count < 0 ? "end" : new String(buffer, 0, count);
  }

  @Test
  void aCharacterCutInTwoIsPutTogether() throws IOException {
    byte[] euro = "a€".getBytes(StandardCharsets.UTF_8);
    tty.output(new byte[] {euro[0], euro[1]});
    assertThat(read()).isEqualTo("a");
    tty.output(new byte[] {euro[2], euro[3]});
    assertThat(read()).isEqualTo("€");
  }

  @Test
  void aReplayDropsWhatWasNotYetShownAndClearsTheTerminal() throws IOException {
    tty.output("old".getBytes(StandardCharsets.UTF_8));
    tty.replay("new".getBytes(StandardCharsets.UTF_8));
    assertThat(read()).isEqualTo(ConsoleTty.CLEAR);
    assertThat(tty.replaying()).isTrue();
    assertThat(read()).isEqualTo("new");
    tty.output("live".getBytes(StandardCharsets.UTF_8));
    assertThat(read()).isEqualTo("live");
    assertThat(tty.replaying()).isFalse();
  }

  @Test
  void aClosedConsoleEnds() throws IOException {
    tty.close();
    assertThat(read()).isEqualTo("end");
    assertThat(tty.isConnected()).isFalse();
  }

  @Test
  void transcriptLinesAreFoundFromTheEndWithoutTheirColours() {
    TranscriptLines lines =
        new TranscriptLines(
            "one\r\n\u001b[32mtwo\u001b[0m\r\none\r\n".getBytes(StandardCharsets.UTF_8));
    assertThat(lines.find("one", 0)).hasValue(23);
    assertThat(lines.find("one", 1)).hasValue(4);
    assertThat(lines.find("two", 0)).hasValue(18);
    assertThat(lines.find("three", 0)).isEmpty();
  }
}
