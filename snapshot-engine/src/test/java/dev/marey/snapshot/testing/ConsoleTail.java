package dev.marey.snapshot.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.snapshot.LiveConsole;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** What a guest has printed since this was made, to wait for and to look at. */
public final class ConsoleTail {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LiveConsole console;
  private final StringBuilder text = new StringBuilder();

  public ConsoleTail(LiveConsole console) {
    this.console = console;
    console.addListener(this::append);
  }

  private void append(byte[] bytes) {
    synchronized (text) {
      text.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }
  }

  public String text() {
    synchronized (text) {
      return text.toString();
    }
  }

  /** Forgets what was printed so far. */
  public void clear() {
    synchronized (text) {
      text.setLength(0);
    }
  }

  /** Types a line, Enter included. */
  public void type(String line) {
    console.type((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Waits until the pattern is somewhere in the text. */
  public MatchResult await(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    Awaitility.await(pattern)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(text()).containsPattern(compiled));
    Matcher matcher = compiled.matcher(text());
    assertThat(matcher.find()).isTrue();
    return matcher.toMatchResult();
  }
}
