package dev.marey.workbench.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a load is, as it prints it once a second of the guest's time.
 *
 * @param arrivedNanos {@link System#nanoTime()} when the host saw it
 * @param guestMillis time since the load's start by the guest's clock
 * @param pages written so far
 * @param rounds of computation done so far
 */
record LoadProgress(long arrivedNanos, long guestMillis, long pages, long rounds) {

  private static final Pattern LINE =
      Pattern.compile("load: (\\d+) ms, (\\d+) pages, (\\d+) rounds, sweep \\d+");

  /** What of these lines tells progress. */
  static List<LoadProgress> in(List<GuestConsole.Line> lines) {
    List<LoadProgress> told = new ArrayList<>();
    for (GuestConsole.Line line : lines) {
      Matcher matcher = LINE.matcher(line.text());
      if (matcher.find()) {
        told.add(
            new LoadProgress(
                line.arrivedNanos(),
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3))));
      }
    }
    return told;
  }

  /**
   * What was done per second of the host's time.
   *
   * @param pages written per second
   * @param rounds per second
   */
  record Rate(double pages, double rounds) {}

  /** Between the first and the last line that came in a stretch of time. */
  static Rate rate(List<GuestConsole.Line> lines, long fromNanos, long toNanos)
      throws BenchException {
    List<LoadProgress> inside =
        in(lines).stream()
            .filter(line -> line.arrivedNanos - fromNanos >= 0 && line.arrivedNanos - toNanos <= 0)
            .toList();
    if (inside.size() < 2) {
      throw new BenchException(
          "The guest's load told its progress "
              + inside.size()
              + " times in "
              + (toNanos - fromNanos) / 1_000_000_000
              + " s, and two are needed. The machine is too busy to measure.");
    }
    LoadProgress first = inside.get(0);
    LoadProgress last = inside.get(inside.size() - 1);
    double seconds = (last.arrivedNanos - first.arrivedNanos) / 1e9;
    return new Rate((last.pages - first.pages) / seconds, (last.rounds - first.rounds) / seconds);
  }
}
