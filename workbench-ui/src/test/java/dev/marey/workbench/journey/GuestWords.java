package dev.marey.workbench.journey;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What the demo guest printed on its console.
 *
 * @param text all of it, lines separated by line feeds
 */
record GuestWords(String text) {

  /** The line that the workbench puts in; the guest may have been in the middle of one of its. */
  private static final Pattern CAME_BACK = Pattern.compile("\n *reverted to S\\d+ *\n");

  private static final Pattern COUNT = Pattern.compile("count (\\d+) *\n");
  private static final Pattern SCRIBBLE =
      Pattern.compile("scribble: 0x[0-9a-f]{16} at 0x([0-9a-f]+), bytes((?: [0-9a-f]{2}){8})");

  private static final Pattern SWEEP =
      Pattern.compile("dirty: sweep (\\d+), (\\d+) MiB written, (\\d+) damaged");

  /**
   * What {@code scribble} wrote.
   *
   * @param address guest-physical
   * @param bytes eight, as memory shows them: {@code 01 ee ff c0 00 00 00 00}
   */
  record Scribble(long address, String bytes) {}

  boolean contain(String words) {
    return text.contains(words);
  }

  /**
   * All numbers that {@code count} printed with the end of their line, in order; one on whose line
   * a node was taken counts once, although the console shows its beginning twice.
   */
  List<Integer> counts() {
    String guests = CAME_BACK.matcher(text).replaceAll("");
    return COUNT.matcher(guests).results().map(GuestWords::number).toList();
  }

  /** The last number; 0 before the first. */
  int count() {
    List<Integer> counts = counts();
    return counts.isEmpty() ? 0 : counts.get(counts.size() - 1);
  }

  private static int number(MatchResult match) {
    return Integer.parseInt(match.group(1));
  }

  List<Scribble> scribbles() {
    return SCRIBBLE
        .matcher(text)
        .results()
        .map(found -> new Scribble(Long.parseLong(found.group(1), 16), found.group(2).strip()))
        .toList();
  }

  /** The sweep that {@code dirty} spoke of last; 0 before the first. */
  int sweep() {
    return lastOfDirty(1);
  }

  /** Megabytes that {@code dirty} has written. */
  int written() {
    return lastOfDirty(2);
  }

  /** Pages that {@code dirty} did not find as it had left them. */
  int damage() {
    return lastOfDirty(3);
  }

  private int lastOfDirty(int group) {
    return SWEEP
        .matcher(text)
        .results()
        .map(found -> Integer.parseInt(found.group(group)))
        .reduce(0, (earlier, later) -> later);
  }

  /** What was printed before a line with these words, which must be there. */
  GuestWords before(String words) {
    return new GuestWords(text.substring(0, Math.max(0, text.lastIndexOf('\n', at(words)))));
  }

  /** What was printed after the words, which must be there. */
  GuestWords after(String words) {
    return new GuestWords(text.substring(at(words) + words.length()));
  }

  private int at(String words) {
    int at = text.lastIndexOf(words);
    if (at < 0) {
      throw new AssertionError("the console does not say \"" + words + "\":\n" + text);
    }
    return at;
  }
}
