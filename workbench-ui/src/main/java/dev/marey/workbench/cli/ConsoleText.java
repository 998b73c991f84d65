package dev.marey.workbench.cli;

import dev.marey.snapshot.LiveConsole;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the guest's console has printed since this was made. Expectations are met in order: each
 * looks only at what came after the match of the one before.
 *
 * <p>Threading: any (lock: this).
 */
final class ConsoleText implements LiveConsole.Listener {

  private static final long LOOK_MILLIS = 100;
  private static final int SHOWN_CHARS = 600;
  private static final int MOST_BYTES = 8 << 20;

  private final Consumer<byte[]> echo;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int seenChars;

  /**
   * @param echo gets each piece as it is printed
   */
  ConsoleText(Consumer<byte[]> echo) {
    this.echo = echo;
  }

  ConsoleText() {
    this(piece -> {});
  }

  @Override
  public void printed(byte[] piece) {
    synchronized (this) {
      bytes.writeBytes(piece);
      forget();
      notifyAll();
    }
    echo.accept(piece);
  }

  /** A guest may print for weeks: the first half goes when there is too much. */
  private void forget() {
    if (bytes.size() <= MOST_BYTES) {
      return;
    }
    int before = text().length();
    byte[] all = bytes.toByteArray();
    bytes.reset();
    bytes.write(all, all.length - MOST_BYTES / 2, MOST_BYTES / 2);
    seenChars = Math.max(0, seenChars - (before - text().length()));
  }

  /** All that is kept of it, without carriage returns. */
  synchronized String text() {
    return bytes.toString(StandardCharsets.UTF_8).replace("\r", "");
  }

  /**
   * Waits for a match behind the last one.
   *
   * @param goOn asked ten times a second; waiting ends when it says no
   * @return empty if the time was up or the waiting was ended
   */
  synchronized Optional<MatchResult> await(Pattern pattern, Duration patience, BooleanSupplier goOn)
      throws InterruptedByPersonException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Matcher matcher = pattern.matcher(text());
      if (matcher.find(Math.min(seenChars, matcher.regionEnd()))) {
        seenChars = matcher.end();
        return Optional.of(matcher.toMatchResult());
      }
      if (System.nanoTime() >= deadline || !goOn.getAsBoolean()) {
        return Optional.empty();
      }
      try {
        wait(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedByPersonException();
      }
    }
  }

  /** Its end, for people who wonder why something did not come. */
  String lastWords() {
    String text = text().stripTrailing();
    return text.length() <= SHOWN_CHARS ? text : "…" + text.substring(text.length() - SHOWN_CHARS);
  }
}
