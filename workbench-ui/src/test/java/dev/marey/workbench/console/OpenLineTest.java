package dev.marey.workbench.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class OpenLineTest {

  private static String openLine(String transcript) {
    byte[] bytes = (transcript + "more").getBytes(StandardCharsets.UTF_8);
    byte[] line = OpenLine.of(bytes, bytes.length - 4);
    return new String(line, StandardCharsets.UTF_8);
  }

  @Test
  void aPromptIsTheOpenLine() {
    assertThat(openLine("booted\r\ndemo# ")).isEqualTo("demo# ");
    assertThat(openLine("größe: ")).isEqualTo("größe: ");
  }

  @Test
  void afterTheEndOfALineNoneIsOpen() {
    assertThat(openLine("booted\r\n")).isEmpty();
    assertThat(openLine("")).isEmpty();
  }

  @Test
  void aLineThatMovesTheCursorIsNotShownTwice() {
    assertThat(openLine("a\r\n\u001b[2Jscreen")).isEmpty();
    assertThat(openLine("10%\r20%")).isEmpty();
    assertThat(openLine("x".repeat(200))).hasSize(200);
    assertThat(openLine("x".repeat(201))).isEmpty();
  }
}
