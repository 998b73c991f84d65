package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ConsoleTextTest {

  private final ConsoleText console = new ConsoleText();

  private void print(String text) {
    console.printed(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void ofAGuestThatPrintsForWeeksOnlyTheEndIsKept() throws Exception {
    print("first ");
    assertThat(console.await(Pattern.compile("first"), Duration.ZERO, () -> true)).isPresent();
    for (int i = 0; i < 20; i++) {
      print("x".repeat(1 << 20));
    }
    assertThat(console.text()).hasSizeLessThanOrEqualTo(8 << 20).endsWith("xxx");
    print("second");
    assertThat(console.await(Pattern.compile("second"), Duration.ZERO, () -> true)).isPresent();
    assertThat(console.await(Pattern.compile("second"), Duration.ZERO, () -> true)).isEmpty();
  }
}
