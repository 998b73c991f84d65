package dev.marey.workbench.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a guest has printed, and when each line came.
 *
 * <p>Threading: any (lock: this).
 */
final class GuestConsole {

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final int SHOWN_CHARS = 600;

  /**
   * A whole line.
   *
   * @param arrivedNanos {@link System#nanoTime()} when its end came
   */
  record Line(long arrivedNanos, String text) {}

  private final StringBuilder text = new StringBuilder();
  private final List<Line> lines = new ArrayList<>();
  private int lineStart;

  synchronized void printed(byte[] piece) {
    long now = System.nanoTime();
    text.append(new String(piece, StandardCharsets.ISO_8859_1).replace("\r", ""));
    for (int end = text.indexOf("\n", lineStart); end >= 0; end = text.indexOf("\n", lineStart)) {
      lines.add(new Line(now, text.substring(lineStart, end)));
      lineStart = end + 1;
    }
  }

  /** Where it ends now, for {@link #await}. */
  synchronized int end() {
    return text.length();
  }

  synchronized List<Line> lines() {
    return List.copyOf(lines);
  }

  private synchronized Optional<MatchResult> find(Pattern pattern, int from) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find(from) ? Optional.of(matcher.toMatchResult()) : Optional.empty();
  }

  /**
   * Waits until the guest has printed it.
   *
   * @param from only what comes after this position counts
   * @param alive whether there is anything to wait for
   */
  MatchResult await(
      Pattern pattern, int from, Duration patience, StopRequest stop, BooleanSupplier alive)
      throws BenchException, BenchStoppedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      boolean lastLook = !alive.getAsBoolean() || System.nanoTime() >= deadline;
      Optional<MatchResult> found = find(pattern, from);
      if (found.isPresent()) {
        return found.get();
      }
      if (lastLook) {
        throw new BenchException(
            "The demo guest was to print '"
                + pattern
                + "' and did not"
                + (alive.getAsBoolean() ? " within " + patience.toSeconds() + " s" : "; it ended")
                + ". Its console ends with:\n"
                + lastWords());
      }
      stop.sleep(LOOK);
    }
  }

  private synchronized String lastWords() {
    String words = text.toString().stripTrailing();
    return words.substring(Math.max(0, words.length() - SHOWN_CHARS));
  }
}
