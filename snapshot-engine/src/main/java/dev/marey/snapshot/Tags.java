package dev.marey.snapshot;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Short words by which a person finds nodes again. Each is there once, without blanks around it;
 * <i>Boot</i> and <i>boot</i> are two.
 *
 * @param words in alphabetical order, whether large or small
 */
public record Tags(List<String> words) {

  public static final Tags NONE = new Tags(List.of());

  /** How many a node may have. */
  public static final int MOST = 32;

  /** Characters of the longest. */
  public static final int LONGEST = 64;

  private static final Comparator<String> ALPHABETICAL =
      String.CASE_INSENSITIVE_ORDER.thenComparing(Comparator.naturalOrder());
  private static final int SHOWN = 24;

  /**
   * Takes them in any order.
   *
   * @throws IllegalArgumentException telling a person what is wrong with one of them, or that there
   *     are too many
   */
  public Tags {
    words = sorted(words.stream().map(Tags::checked));
    if (words.size() > MOST) {
      throw new IllegalArgumentException(
          "A node has at most "
              + MOST
              + " tags, and these are "
              + words.size()
              + ". Leave some out.");
    }
  }

  public static Tags of(String... words) {
    return new Tags(List.of(words));
  }

  /**
   * Tags as a person types them in one line.
   *
   * @param line with commas between them; nothing between two commas is no tag
   * @throws IllegalArgumentException as the constructor
   */
  public static Tags typed(String line) {
    return new Tags(Arrays.stream(line.split(",", -1)).filter(word -> !word.isBlank()).toList());
  }

  public boolean isEmpty() {
    return words.isEmpty();
  }

  public boolean has(String word) {
    return words.contains(word.strip());
  }

  /** These and others. */
  public Tags with(Collection<String> more) {
    return new Tags(Stream.concat(words.stream(), more.stream()).toList());
  }

  /** These without others; it does not matter whether they were there. */
  public Tags without(Collection<String> others) {
    List<String> gone = others.stream().map(String::strip).toList();
    return new Tags(words.stream().filter(word -> !gone.contains(word)).toList());
  }

  /** As {@link #typed} takes them. */
  @Override
  public String toString() {
    return String.join(", ", words);
  }

  private static List<String> sorted(Stream<String> words) {
    TreeSet<String> sorted = new TreeSet<>(ALPHABETICAL);
    words.forEach(sorted::add);
    return List.copyOf(sorted);
  }

  private static String checked(String word) {
    String tag = word.strip();
    int length = tag.codePointCount(0, tag.length());
    if (tag.isEmpty()) {
      throw new IllegalArgumentException("A tag is empty. Give it a word.");
    }
    if (tag.indexOf(',') >= 0) {
      throw bad(tag, "has a comma, which stands between tags. Leave it out.");
    }
    if (tag.chars().anyMatch(Character::isISOControl)) {
      throw bad(tag, "has a control character. Leave it out.");
    }
    if (length > LONGEST) {
      throw bad(
          tag, "has " + length + " characters, and " + LONGEST + " are the most. Shorten it.");
    }
    return tag;
  }

  /** A tag may be anybody's, so it cannot play with the terminal that the message is shown on. */
  private static IllegalArgumentException bad(String tag, String what) {
    String shown = tag.replaceAll("\\p{Cntrl}", "?");
    if (shown.codePointCount(0, shown.length()) > SHOWN) {
      shown = shown.substring(0, shown.offsetByCodePoints(0, SHOWN)) + "…";
    }
    return new IllegalArgumentException("The tag \"" + shown + "\" " + what);
  }
}
