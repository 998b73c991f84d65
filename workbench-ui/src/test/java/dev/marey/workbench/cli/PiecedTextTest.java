package dev.marey.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PiecedTextTest {

  private static final String WORDS = "Zürich 10 €, 𝄞\n";

  /** Sabotage that fails it: decoding each piece by itself. */
  @Test
  void aCharacterMayBeCutAnywhere() {
    byte[] bytes = WORDS.getBytes(StandardCharsets.UTF_8);
    for (int cut = 0; cut <= bytes.length; cut++) {
      PiecedText text = new PiecedText();
      String shown = text.add(Arrays.copyOf(bytes, cut));
      shown += text.add(Arrays.copyOfRange(bytes, cut, bytes.length)) + text.end();
      assertThat(shown).as("cut at " + cut).isEqualTo(WORDS);
    }
  }

  @Test
  void everyByteByItselfIsTheSameText() {
    PiecedText text = new PiecedText();
    StringBuilder shown = new StringBuilder();
    for (byte each : WORDS.getBytes(StandardCharsets.UTF_8)) {
      shown.append(text.add(new byte[] {each}));
    }
    assertThat(shown.append(text.end())).hasToString(WORDS);
  }

  @Test
  void whatIsNoUtf8IsReplacedAndWhatComesBehindItIsNot() {
    PiecedText text = new PiecedText();
    assertThat(text.add(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xc3})).isEqualTo("a\ufffdb");
    assertThat(text.add(new byte[] {'c', (byte) 0xe2, (byte) 0x82})).isEqualTo("\ufffdc");
    assertThat(text.end()).isEqualTo("\ufffd");
    assertThat(text.add(new byte[] {'d'})).isEqualTo("d");
  }
}
